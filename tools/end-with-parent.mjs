// Loaded into an app whose parent stands for it (npm, or run.mjs). `kill -9` reaches only that parent;
// without this the app would go on alone and hold its data directory, and the next start would be refused.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 100).unref();
