import type { Vote } from '../broker/prepare.ts';
import type { Frame } from '../flow/frame.ts';
import type { Row } from '../run.ts';
import type { Database } from './database.ts';
import type { HeldConnection } from './held-connection.ts';
import type { LockOwner, RowLock } from './row-locks.ts';
import type { Table } from './table.ts';

interface Write {
  readonly table: Table;
  readonly key: string;
  readonly row: Row | null;
}

/** Writes, facts and outgoing messages that become true together, or not at all. */
export class Transaction implements LockOwner {
  readonly database: Database;
  waitingFor: RowLock | null = null;
  /** Messages that take part in a two-phase commit; null where only the database commits. */
  votes: Vote[] | null = null;
  readonly #writes = new Map<string, Write>();
  readonly #locks: string[] = [];
  readonly #effects: ((frame: Frame) => void)[] = [];
  #held: HeldConnection | null = null;
  /** Committed or rolled back. A branch of a parallel group may outlive that; it then holds and changes nothing. */
  #over = false;
  readonly #watchers: ((frame: Frame) => boolean)[] = [];

  constructor(database: Database) {
    this.database = database;
  }

  /** The connection that it holds, if it holds one. */
  get held(): HeldConnection | null {
    return this.#held;
  }

  /** Holds a connection from now to its end. */
  connect(held: HeldConnection): void {
    if (this.#over) held.giveBack();
    else this.#held = held;
  }

  locked(lock: string): void {
    if (this.#over) this.database.locks.release(lock, this);
    else this.#locks.push(lock);
  }

  /** The row as this transaction sees it: its own write, else what is committed. */
  see(table: Table, key: string): Row | undefined {
    const own = this.#writes.get(`${table.name}/${key}`);
    return own ? (own.row ?? undefined) : table.committed(key);
  }

  /** All rows of a table as this transaction sees them: what it has written in the places of what is committed. */
  *rows(table: Table): Generator<readonly [key: string, row: Row]> {
    const own = new Map<string, Row | null>();
    for (const write of this.#writes.values()) if (write.table === table) own.set(write.key, write.row);
    for (const [key, row] of table.rows()) {
      const written = own.get(key);
      own.delete(key);
      if (written !== null) yield [key, written ?? row];
    }
    for (const [key, row] of own) if (row) yield [key, row];
  }

  write(table: Table, key: string, row: Row | null): void {
    this.#writes.set(`${table.name}/${key}`, { table, key, row });
  }

  /** Something that becomes true with the commit, in that very instant. */
  also(effect: (frame: Frame) => void): void {
    this.#effects.push(effect);
  }

  /** How much becomes true with its commit, so far. */
  get promised(): number {
    return this.#effects.length + (this.votes?.length ?? 0);
  }

  /** Tells `watcher` once the commit is over that a step has had its effect. */
  watch(watcher: (frame: Frame) => boolean): void {
    this.#watchers.push(watcher);
  }

  /** Asks those who watch, after the commit; true if one of them has killed the process. */
  passed(frame: Frame): boolean {
    return this.#watchers.some((watcher) => watcher(frame));
  }

  get empty(): boolean {
    return this.#writes.size === 0 && this.#effects.length === 0;
  }

  /** Makes everything true. The time that a commit takes has passed before. */
  commit(frame: Frame): void {
    for (const { table, key, row } of this.#writes.values()) {
      const version = row === null ? 0 : (row.version as number);
      const { system } = frame;
      frame.cause = system.log.note(
        'write',
        table.recorded,
        frame.subject,
        frame.cause,
        frame.span,
        version,
        key,
      );
      table.apply(key, row, frame.cause);
    }
    for (const effect of this.#effects) effect(frame);
    for (const vote of this.votes ?? []) vote.send();
    this.#end();
  }

  /** Forgets everything. Harmless after a commit. */
  rollback(): void {
    this.#end();
  }

  #end(): void {
    this.#over = true;
    this.#writes.clear();
    this.#effects.length = 0;
    for (const lock of this.#locks) this.database.locks.release(lock, this);
    this.#locks.length = 0;
    this.#held?.giveBack();
    this.#held = null;
  }
}
