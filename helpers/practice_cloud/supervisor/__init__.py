"""Run the practice cloud: start and stop it from any process, and supervise it in one."""
