// Loaded before an app. `kill -9` reaches only the npm (or the run.mjs) in front of the app; without this the app
// would go on alone and hold its data directory, and the next start would be refused.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, 100).unref();
}
