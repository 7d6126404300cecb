import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';

/** Larger files are not read: progress of years is far below. */
const LARGEST = 64 * 1024 * 1024;

/** A lock older than this was left by a process that died. */
const STALE_MS = 10_000;

/** A file's text; empty where there is no such file. */
export function readText(path: string): string {
  try {
    if (statSync(path).size > LARGEST) return '';
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Adds text at the end of a file, and returns once it is on the disk.
 *
 * One write to a file opened for appending goes to its end as a whole, so two processes may do this at once.
 */
export function append(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    const bytes = Buffer.from(text);
    const written = writeSync(file, bytes);
    // A full disk may take a part; the rest then fails loudly, and the cut line is left out when it is read.
    if (written < bytes.length) writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Replaces a file as a whole: whoever reads it sees the old text or the new one. */
export function replace(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Renames a file if it is there. */
export function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Does the work while no other process does it; false where another one is at it. */
export function withLock(path: string, work: () => void): boolean {
  if (!lock(path)) return false;
  try {
    work();
  } finally {
    rmSync(path, { force: true });
  }
  return true;
}

function lock(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!isStale(path)) return false;
  // Only one of two that see a stale lock can rename it away; the other finds it gone.
  const taken = `${path}.${process.pid}`;
  try {
    renameSync(path, taken);
    rmSync(taken, { force: true });
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}

function isStale(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}
