"""`make demo`: dockmon's main job, on engines that are thrown away afterwards."""
