"""Every kind of setting that `docker run` offers, in as few containers as may have them together.

What stands after ` -- ` is the command. `MAC` starts the MAC addresses that are the user's own. `rock` is a
container of another image, which stays as it is; `{image}` has VOLUMEs `/data` and, unclean, `/late/`.
"""

MAC = "02:aa:"

PREPARE = (
    "network create --subnet 10.77.0.0/24 one",
    "network create --subnet 10.78.0.0/24 --ipv6 --subnet fd00:78::/64 two",
    "volume create --label keep=me named",
    "run -d --name rock --ipc shareable -v /rock -v named:/shared {rock}",
    "run --rm -v named:/named {rock} mkdir -p /named/deep/er",
)

SETTINGS = {
    "plain": "",
    "everyday": "-e A=1 -e EMPTY= -e 'SPACE=a b=c' -e PATH=/bin:/sbin -e TWICE=2 -e TWICE=1 --restart always "
    "-l a=b -l empty= -l com.docker.compose.project=shop -l com.docker.compose.service=web "
    "--user 1000:1000 --group-add 99 --workdir /tmp --hostname box --domainname lan.example "
    "--stop-signal SIGINT --stop-timeout 3 --health-cmd true --health-interval 1s --health-timeout 2s "
    "--health-retries 4 --health-start-period 1s -- serve again",
    "own_entrypoint": "--entrypoint sh --no-healthcheck --restart unless-stopped -- -c 'exec serve'",
    "bare_entrypoint": "--entrypoint serve --restart on-failure:3",
    "no_entrypoint": "--entrypoint '' --restart no -- serve",
    "ports": "-p 18080:8080 -p 127.0.0.1:18081:8081 -p 18082:53/udp -p 18100-18101:9000-9001 -p 18200-18210:8082 "
    "-p 7000 -p [::1]:18083:83 --expose 7777 --expose 8888/udp",
    "all_ports": "-P --expose 7777",
    "address": "--network one --ip 10.77.0.20 --network-alias www --network-alias www.lan "
    "--mac-address 02:aa:00:00:00:01 --link rock:stone --link-local-ip 169.254.7.7",
    "address_6": "--network two --ip 10.78.0.21 --ip6 fd00:78::21",
    "bridge": "--mac-address 02:aa:00:00:00:02 --link rock:stone --link rock --add-host a.lan:1.2.3.4 "
    "--add-host gate:host-gateway --dns 9.9.9.9 --dns-search x.example --dns-option ndots:2",
    "host": "--network host --uts host --pid host --ipc host --cgroupns host --userns host",
    "host_name": "--network host --hostname mine",
    "closed": "--network none --ipc none --cgroup-parent /lab-parent --cap-drop ALL --cap-add NET_BIND_SERVICE "
    "--read-only --tmpfs /run --log-driver none",
    "borrowed": "--network container:rock --pid container:rock --ipc container:rock",
    "volumes": "-v named:/data -v named:/ro:ro,nocopy -v /tmp:/bind:ro -v /anonymous -v /slash/ "
    "--tmpfs /t:size=1m,mode=700 --volume-driver local -v made:/made",
    "mounts": "--mount type=volume,dst=/anonymous --mount type=volume,dst=/described,volume-label=a=b,volume-nocopy "
    "--mount type=tmpfs,dst=/late,tmpfs-size=1m,tmpfs-mode=700 --mount type=volume,dst=/slash/ --tmpfs /data "
    "--mount type=bind,src=/tmp,dst=/b,bind-propagation=private --mount type=volume,src=named,dst=/ro,readonly",
    "volumes_from": "--volumes-from rock:ro",
    "volumes_from_beside": "--volumes-from rock -v /anonymous -v named:/mine",
    "limits": "-m 64m --memory-reservation 32m --memory-swap 128m --oom-score-adj 100 --pids-limit 50 "
    "--cpus 0.5 --cpu-shares 512 --cpuset-cpus 0 --cpuset-mems 0 --ulimit nofile=100:200 --ulimit core=0 "
    "--shm-size 32m --ipc shareable --log-driver json-file --log-opt max-size=1m --log-opt labels=a",
    "machine": "--device /dev/null:/dev/nothing:r --device /dev/zero --device-cgroup-rule 'c 1:3 rwm' "
    "--cap-add NET_ADMIN --cap-drop MKNOD --security-opt no-new-privileges --security-opt seccomp=unconfined "
    "--security-opt systempaths=unconfined --sysctl net.ipv4.ip_forward=1 --cpu-period 50000 --cpu-quota 20000 "
    "--init -t -i --platform {platform}",
    "private": "--ipc private --cgroupns private --runtime runc --isolation default -i",
}

NEWER = {
    "noted": "--annotation a=b --health-cmd true --health-interval 1s --health-start-interval 2s "
    "--mount type=volume,src=named,dst=/sub,volume-subpath=deep/er "
    "--mount type=bind,src=/tmp,dst=/b,bind-recursive=disabled",
    "addresses": "--network name=one,ip=10.77.0.30,alias=x,mac-address=02:aa:00:00:00:03,driver-opt=com.example.a=b "
    "--network name=two,ip6=fd00:78::30,alias=y,mac-address=02:aa:00:00:00:04,link-local-ip=169.254.7.8",
    "bridge_options": "--network name=bridge,driver-opt=com.example.a=b",
}
"""What Docker 20.10 does not know."""

NEVER_STARTED = {
    "privileged": "--privileged",
    "disks": "--blkio-weight 300 --device-read-bps /dev/zero:1mb --device-write-iops /dev/zero:100",
    "address_later": "--network two --ip6 fd00:78::40 --network-alias z --mac-address 02:aa:00:00:00:05",
}
"""Settings that not every machine can start; and what was only created stays so."""

DIFFERS = frozenset({
    "everyday", "no_entrypoint", "ports", "address", "address_6", "bridge", "host", "borrowed", "volumes", "mounts",
    "volumes_from_beside", "noted", "addresses", "address_later", "moved", "raw",
})  # fmt: skip
"""What is worth trying on every kind of engine, each time."""
