process.stdout.write(JSON.stringify({ argv: process.argv.slice(2), cwd: process.cwd(), v: process.version, pid: process.pid, ppid: process.ppid, exec: process.execArgv }) + '\n');
if (process.argv[2] === 'hang') {
  process.on('SIGTERM', () => { console.log('TERM'); process.exit(7); });
  process.on('SIGINT', () => { console.log('INT'); process.exit(8); });
  setInterval(() => {}, 1000);
}
if (process.argv[2] === '-') process.stdin.pipe(process.stdout);
