/** What the operating system says no to, and what helps. */
const faults: Readonly<Record<string, string>> = {
  EACCES: 'no permission: let the user of this process use it, or name another place',
  EPERM: 'not permitted: let the user of this process use it, or name another place',
  EROFS: 'the file system is read-only: name another place',
  ENOSPC: 'no space left: make room',
  EDQUOT: 'the quota is used up: make room',
  EFBIG: 'larger than a file may be here: raise the limit, or make room',
  ENOTDIR: 'a part of the path is no directory',
  EISDIR: 'is a directory: name a file',
  EIO: 'the disk fails: look at it, and restore what it held from a backup',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  ENFILE: 'too many open files on this machine',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
};

/**
 * One line for an operator about an error of the operating system that the operator can remove; null: it is
 * an error of another kind, or a defect (a file of ours that is not there).
 */
export function systemFault(error: unknown): string | null {
  if (!Error.isError(error) || !('code' in error) || !('syscall' in error)) return null;
  const { code, syscall } = error;
  const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
  if (typeof code !== 'string') return null;
  if (code === 'ENOENT' && syscall === 'mkdir') return `${path}there is no place for it: name another one`;
  if (!Object.hasOwn(faults, code)) return null;
  return `${path}${faults[code] ?? ''} (${code})`;
}
