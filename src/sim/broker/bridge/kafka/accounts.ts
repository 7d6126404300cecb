import type { QueueReport } from '../../../run.ts';
import type { Posting } from './posting.ts';

/** What has become of one record for one group. */
type Fate = 'waiting' | 'in hand' | 'acked' | 'dead' | 'lost';

interface Entry {
  readonly posting: Posting;
  fate: Fate;
}

/** What one group is not yet done with of a partition. */
interface Open {
  readonly entries: Map<number, Entry>;
  /** No offset below this is among them, so that nobody looks at what was settled long ago. */
  floor: number;
}

interface Account {
  readonly topic: string;
  /** Null: nobody reads the topic. */
  readonly group: string | null;
  readonly partitions: Map<number, Open>;
  published: number;
  deepest: number;
  readonly fates: Record<Fate, number>;
}

/** Where every record of a topic is, for each group that reads it. */
export class Accounts {
  readonly #product: string;
  readonly #accounts: Account[] = [];

  constructor(product: string) {
    this.#product = product;
  }

  /** A topic, and perhaps a group that reads it; what is in it already counts for the group, too. */
  open(topic: string, group: string | null): void {
    if (this.#accounts.some((account) => account.topic === topic && account.group === group)) return;
    const unread = this.#accounts.findIndex((account) => account.topic === topic && account.group === null);
    if (group !== null && unread >= 0)
      this.#accounts.splice(unread, 1, { ...this.#accounts[unread]!, group });
    else if (group !== null || !this.#accounts.some((account) => account.topic === topic))
      this.#accounts.push({
        topic,
        group,
        partitions: new Map(),
        published: 0,
        deepest: 0,
        fates: { waiting: 0, 'in hand': 0, acked: 0, dead: 0, lost: 0 },
      });
  }

  /** Groups that read a topic. */
  groupsOf(topic: string): string[] {
    return [...this.#of(topic)].flatMap(({ group }) => group ?? []);
  }

  appended(topic: string, partition: number, offset: number, posting: Posting): void {
    for (const account of this.#of(topic)) {
      let open = account.partitions.get(partition);
      if (!open) {
        open = { entries: new Map(), floor: offset };
        account.partitions.set(partition, open);
      }
      const before = open.entries.get(offset);
      if (before) this.#turn(account, before, 'lost'); // another leader has put something else in its place
      open.entries.set(offset, { posting, fate: 'waiting' });
      open.floor = Math.min(open.floor, offset);
      account.published++;
      account.fates.waiting++;
      account.deepest = Math.max(account.deepest, account.fates.waiting);
    }
  }

  delivered(topic: string, group: string, partition: number, offset: number): void {
    this.#set(topic, group, partition, offset, 'in hand');
  }

  gaveUp(topic: string, group: string, partition: number, offset: number): void {
    this.#set(topic, group, partition, offset, 'dead');
  }

  /** Everything before `offset` is done with: what was never handed out was skipped. */
  committed(topic: string, group: string, partition: number, offset: number): void {
    for (const account of this.#of(topic)) {
      if (account.group !== group) continue;
      for (const entry of taken(account.partitions.get(partition), offset))
        this.#turn(account, entry, entry.fate === 'in hand' ? 'acked' : 'lost');
    }
  }

  /** Retention has deleted it; true if somebody had not read it yet. */
  deleted(topic: string, partition: number, before: number): Posting[] {
    const lost = new Set<Posting>();
    for (const account of this.#of(topic)) {
      if (account.group === null) continue;
      for (const entry of taken(account.partitions.get(partition), before))
        if (this.#turn(account, entry, 'lost')) lost.add(entry.posting);
    }
    return [...lost];
  }

  /** A replica that led has dropped it, and no other has it. */
  truncated(topic: string, partition: number, offset: number, posting: Posting): void {
    for (const account of this.#of(topic)) {
      const entry = account.partitions.get(partition)?.entries.get(offset);
      if (entry?.posting === posting) this.#turn(account, entry, 'lost');
    }
  }

  *reports(): Iterable<QueueReport> {
    for (const { topic, group, published, deepest, fates } of this.#accounts) {
      const shared = [...this.#of(topic)].length > 1;
      yield {
        queue: shared ? `${this.#product}/${topic} (${group})` : `${this.#product}/${topic}`,
        published,
        acked: fates.acked,
        deadLettered: fates.dead,
        lost: fates.lost,
        waiting: fates.waiting,
        inFlight: fates['in hand'],
        deepest,
      };
    }
  }

  *#of(topic: string): Iterable<Account> {
    for (const account of this.#accounts) if (account.topic === topic) yield account;
  }

  #set(topic: string, group: string, partition: number, offset: number, fate: Fate): void {
    for (const account of this.#of(topic)) {
      const entry =
        account.group === group ? account.partitions.get(partition)?.entries.get(offset) : undefined;
      if (entry) this.#turn(account, entry, fate);
    }
  }

  /** Nothing changes for what is done with already. */
  #turn(account: Account, entry: Entry, fate: Fate): boolean {
    if (entry.fate === fate || (entry.fate !== 'waiting' && entry.fate !== 'in hand')) return false;
    account.fates[entry.fate]--;
    account.fates[fate]++;
    entry.fate = fate;
    return true;
  }
}

/** Takes out what lies before an offset: whoever is done with it never looks at it again. */
function* taken(open: Open | undefined, before: number): Iterable<Entry> {
  if (!open) return;
  for (; open.floor < before; open.floor++) {
    const entry = open.entries.get(open.floor);
    if (!entry) continue;
    open.entries.delete(open.floor);
    yield entry;
  }
}
