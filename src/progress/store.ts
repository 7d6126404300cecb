import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, type NewEntry, PROGRESS_FORMAT, readEntry } from './entry.ts';
import { append, move, readText, replace, withLock } from './files.ts';
import { compacted, union } from './fold.ts';

/** Lines after which the log is folded into the snapshot. */
const COMPACT_AFTER = 500;

const BACKUPS = 3;

interface Parsed {
  readonly entries: readonly Entry[];
  /** Lines or entries that could not be read. */
  readonly unreadable: number;
  /** A format that a later version wrote. */
  readonly newer: boolean;
}

/**
 * A learner's progress, kept so that neither a crash nor a second terminal loses any of it.
 *
 * Every entry is one line, appended to `progress.jsonl`. From time to time the lines are folded into `progress.json`, and
 * the log becomes `progress.old.jsonl`: a line that another process was just writing into it is picked up from there. Since
 * entries have ids, reading one twice does no harm.
 */
export class ProgressStore {
  readonly folder: string;
  readonly #now: () => Date;
  #entries: readonly Entry[] = [];
  #logLines = 0;
  #writable = true;
  #endsMidLine = false;
  #notices: string[] = [];

  constructor(folder: string, now: () => Date = () => new Date()) {
    this.folder = folder;
    this.#now = now;
    this.#load();
  }

  /** All that is known, in the order of time. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Whether what happens now will be there the next time. */
  get kept(): boolean {
    return this.#writable;
  }

  /** What a person should know about the files, each said once. */
  takeNotices(): readonly string[] {
    const notices = this.#notices;
    this.#notices = [];
    return notices;
  }

  /** Writes one entry down. */
  add(entry: NewEntry): Entry {
    const full = { ...entry, id: randomUUID(), at: this.#now().toISOString() } as Entry; // a NewEntry lacks just these
    this.#write([full]);
    return full;
  }

  /** Takes over the entries that are not here yet, and says how many those were. */
  merge(entries: readonly Entry[]): number {
    const known = new Set(this.#entries.map(({ id }) => id));
    const fresh = union(entries).filter(({ id }) => !known.has(id));
    this.#write(fresh);
    return fresh.length;
  }

  /** Everything as one text, which `readProgress` reads. */
  export(): string {
    return snapshotText(compacted(this.#entries));
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  #load(): void {
    try {
      const log = readText(this.#path('progress.jsonl'));
      const old = parseLines(readText(this.#path('progress.old.jsonl')));
      const lines = parseLines(log);
      const snapshot = this.#readSnapshot();
      this.#entries = union(snapshot.entries, old.entries, lines.entries);
      this.#logLines = lines.entries.length + lines.unreadable;
      this.#endsMidLine = log !== '' && !log.endsWith('\n');
      if (snapshot.newer || lines.newer) this.#keepInMemory('it was written by a newer version of Brownout');
      else if (lines.unreadable > 0) {
        const what = lines.unreadable === 1 ? 'One line' : `${lines.unreadable} lines`;
        this.#notices.push(
          `${what} of your progress could not be read and ${lines.unreadable === 1 ? 'is' : 'are'} left out; the rest is fine. The file is kept as ${this.#path('progress.old.jsonl')}.`,
        );
        this.#compact(); // sets the damaged file aside, so that this is said once
      } else if (this.#logLines >= COMPACT_AFTER || this.#notices.length > 0) this.#compact();
    } catch (error) {
      this.#keepInMemory(reason(error));
    }
  }

  /** The snapshot, or where it is damaged the newest backup that is not. */
  #readSnapshot(): Parsed {
    const path = this.#path('progress.json');
    const text = readText(path);
    if (text === '') return { entries: [], unreadable: 0, newer: false };
    const snapshot = parseSnapshot(text);
    if (snapshot !== undefined) return snapshot;
    move(path, `${path}.damaged`);
    for (let age = 1; age <= BACKUPS; age++) {
      const backup = parseSnapshot(readText(`${path}.${age}`));
      if (backup === undefined) continue;
      this.#notices.push(`${path} was damaged; your progress was taken from its backup.`);
      return backup;
    }
    this.#notices.push(`${path} was damaged and there is no backup; only later tries are known.`);
    return { entries: [], unreadable: 0, newer: false };
  }

  #write(fresh: readonly Entry[]): void {
    if (fresh.length === 0) return;
    this.#entries = union(this.#entries, fresh);
    if (!this.#writable) return;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const lines = fresh.map((entry) => `${JSON.stringify({ format: PROGRESS_FORMAT, ...entry })}\n`);
      append(this.#path('progress.jsonl'), (this.#endsMidLine ? '\n' : '') + lines.join(''));
      this.#endsMidLine = false;
      this.#logLines += fresh.length;
      if (this.#logLines >= COMPACT_AFTER) this.#compact();
    } catch (error) {
      this.#keepInMemory(reason(error));
    }
  }

  #compact(): void {
    withLock(this.#path('progress.lock'), () => {
      const path = this.#path('progress.json');
      const others = ['progress.old.jsonl', 'progress.jsonl'].map(
        (name) => parseLines(readText(this.#path(name))).entries,
      );
      const whole = union(this.#entries, this.#snapshotOnDisk(), ...others);
      for (let age = BACKUPS; age > 1; age--) move(`${path}.${age - 1}`, `${path}.${age}`);
      const before = readText(path);
      if (before !== '') replace(`${path}.1`, before);
      replace(path, snapshotText(compacted(whole)));
      move(this.#path('progress.jsonl'), this.#path('progress.old.jsonl'));
      this.#entries = whole;
      this.#logLines = 0;
      this.#endsMidLine = false;
    });
  }

  #snapshotOnDisk(): readonly Entry[] {
    return parseSnapshot(readText(this.#path('progress.json')))?.entries ?? [];
  }

  #keepInMemory(why: string): void {
    this.#writable = false;
    this.#notices.push(
      `Progress cannot be kept in ${this.folder}: ${why}. You can go on, but it is lost when you leave.`,
    );
  }
}

/** Reads what `export` wrote, or a progress file; undefined where it is neither. */
export function readProgress(text: string): readonly Entry[] | undefined {
  const snapshot = parseSnapshot(text);
  if (snapshot !== undefined) return snapshot.newer ? undefined : snapshot.entries;
  const lines = parseLines(text);
  return lines.entries.length > 0 && !lines.newer ? lines.entries : undefined;
}

function snapshotText(entries: readonly Entry[]): string {
  return `${JSON.stringify({ format: PROGRESS_FORMAT, kind: 'progress-entries', entries })}\n`;
}

function parseSnapshot(text: string): Parsed | undefined {
  const data = parseJson(text);
  if (typeof data !== 'object' || data === null) return undefined;
  const { format, entries } = data as { format?: unknown; entries?: unknown };
  if (typeof format !== 'number' || !Array.isArray(entries)) return undefined;
  const read = entries.map(readEntry).filter((entry) => entry !== undefined);
  return { entries: read, unreadable: entries.length - read.length, newer: format > PROGRESS_FORMAT };
}

function parseLines(text: string): Parsed {
  const entries: Entry[] = [];
  let unreadable = 0;
  let newer = false;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const data = parseJson(line);
    const entry = readEntry(data);
    if (Number((data as { format?: unknown } | undefined)?.format) > PROGRESS_FORMAT) newer = true;
    else if (entry === undefined) unreadable++;
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, unreadable, newer };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'the folder may not be written';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
