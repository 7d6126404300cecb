/** The settings of the one queue the model knows; what it drops goes to a second queue, without limits. */
export interface ModelSettings {
  readonly type: 'classic' | 'quorum';
  /** Milliseconds. */
  readonly ttl: number | null;
  readonly maxLength: number | null;
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  readonly maxPriority: number | null;
  readonly deliveryLimit: number | null;
  /** Of classic queues. */
  readonly singleActive: boolean;
}

/** One action of a random script. Consumers and channels are named; messages are called by their number. */
export type Action =
  | { do: 'publish'; priority: number | null; expiration: number | null }
  | { do: 'consume'; consumer: string; prefetch: number; noAck: boolean; priority: number }
  | { do: 'cancel'; consumer: string }
  | { do: 'settle'; pick: number; how: 'ack' | 'nack' | 'reject'; requeue: boolean }
  | { do: 'settleAll'; channel: string; how: 'ack' | 'nack'; requeue: boolean }
  | { do: 'get'; channel: string; noAck: boolean }
  | { do: 'close'; channel: string }
  | { do: 'purge' }
  | { do: 'wait'; ms: number };

/** The channel of each consumer. */
export const CHANNEL_OF: Readonly<Record<string, string>> = { A: 'one', B: 'one', C: 'two' };

interface Message {
  readonly id: number;
  readonly level: number;
  expiry: number;
  /** Its place: the lowest is first in its level. */
  place: number;
  redelivered: boolean;
  failures: number;
}

interface Consumer {
  readonly name: string;
  readonly channel: string;
  readonly prefetch: number;
  readonly noAck: boolean;
  readonly priority: number;
  /** Among those of one priority the lowest is next. */
  turn: number;
  /** It was found without room, and is asked again only when it has some. */
  parked: boolean;
  /** Deliveries beyond its prefetch; the older server forgets to count some. */
  extra: number;
}

interface Out {
  readonly message: Message;
  readonly channel: string;
  /** Null: by a get. */
  readonly consumer: string | null;
  /** The registration that was served, which a cancelled consumer's successor of the same name is not. */
  readonly holder: Consumer | null;
  readonly order: number;
}

/** A queue as a list that is looked through from end to end for everything. Slow, and short enough to be checked by eye. */
export class ModelQueue {
  readonly log = new Map<string, string[]>();
  readonly dead: string[] = [];
  now = 0;
  readonly #settings: ModelSettings;
  #waiting: Message[] = [];
  /** Where messages come back to in a quorum queue: before all others, in that order. */
  #returned: Message[] = [];
  #out: Out[] = [];
  #consumers: Consumer[] = [];
  /** With a single active consumer: that one, if there is one. */
  #active: Consumer | null = null;
  /** A quorum queue that refuses has told its publisher to stop. */
  #stopped = false;
  #messages = 0;
  #counter = 0;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
  }

  /** Waiting messages, the next one first. */
  get waiting(): Message[] {
    const byPlace = [...this.#waiting].sort((a, b) => b.level - a.level || a.place - b.place);
    return [...this.#returned, ...byPlace];
  }

  /** Messages that are out, in the order of their deliveries. */
  get out(): readonly { readonly id: number; readonly channel: string }[] {
    return this.#out.map(({ message, channel }) => ({ id: message.id, channel }));
  }

  /** Whether messages are out at a consumer of that name, which may be cancelled by now. */
  holds(consumer: string): boolean {
    return this.#out.some((each) => each.consumer === consumer);
  }

  /** Takes what waits, one after the other; what comes to stand first and has expired is dropped, as ever. */
  drain(): string[] {
    const ids: string[] = [];
    for (let [head] = this.waiting; head; [head] = this.waiting) {
      this.#remove(head);
      this.#expire();
      ids.push(`${head.id}`);
    }
    return ids;
  }

  act(action: Action): void {
    this.#perform(action);
    this.#signal();
  }

  #perform(action: Action): void {
    switch (action.do) {
      case 'publish':
        this.#publish(action.priority, action.expiration);
        return;
      case 'consume':
        this.#consume(action);
        return;
      case 'cancel':
        this.#leave(({ name }) => name === action.consumer);
        return;
      case 'settle': {
        const out = this.#out[action.pick % Math.max(1, this.#out.length)];
        if (out) this.#settle([out], action.how, action.requeue);
        return;
      }
      case 'settleAll': {
        for (const group of this.#groups(action.channel)) this.#settle(group, action.how, action.requeue);
        return;
      }
      case 'get':
        this.#get(action.channel, action.noAck);
        return;
      case 'close':
        this.#close(action.channel);
        return;
      case 'purge':
        this.#note('purge', `${this.waiting.length}`);
        this.#waiting = [];
        this.#returned = [];
        return;
      case 'wait':
        for (let i = 0; i < action.ms; i++) {
          this.now++;
          this.#expire();
          this.#signal();
        }
    }
  }

  #publish(priority: number | null, expiration: number | null): void {
    const { type, ttl, maxLength, overflow, maxPriority } = this.#settings;
    const id = ++this.#messages;
    const level = maxPriority === null ? 0 : Math.min(priority ?? 0, maxPriority);
    const life = Math.min(ttl ?? Number.POSITIVE_INFINITY, expiration ?? Number.POSITIVE_INFINITY);
    const message = {
      id,
      level,
      expiry: this.now + life,
      place: ++this.#counter,
      redelivered: false,
      failures: 0,
    };
    const full = type === 'quorum' ? this.#stopped : maxLength !== null && this.waiting.length >= maxLength;
    if (overflow !== 'drop-head' && full) {
      if (overflow === 'reject-publish-dlx') this.#bury(message, 'maxlen');
      this.#note('confirms', `${id} nack`);
      return;
    }
    this.#note('confirms', `${id} ack`);
    this.#waiting.push(message);
    this.#pump();
    this.#trim();
    this.#expire();
  }

  #consume({ consumer: name, prefetch, noAck, priority }: Action & { do: 'consume' }): void {
    if (this.#consumers.some((each) => each.name === name)) return;
    const channel = CHANNEL_OF[name]!;
    const turn = ++this.#counter;
    const consumer = { name, channel, prefetch, noAck, priority, turn, parked: false, extra: 0 };
    this.#consumers.push(consumer);
    this.#active ??= consumer;
    this.#pump();
  }

  #get(channel: string, noAck: boolean): void {
    const [message] = this.waiting;
    if (!message) {
      this.#note(`get ${channel}`, 'empty');
      return;
    }
    this.#remove(message);
    // A quorum queue counts what is left before it looks at what has come to stand first.
    if (this.#settings.type === 'classic') this.#expire();
    this.#note(`get ${channel}`, `${this.#told(message)} ${this.waiting.length}`);
    this.#expire();
    if (!noAck) this.#out.push({ message, channel, consumer: null, holder: null, order: ++this.#counter });
  }

  #close(channel: string): void {
    const gone = this.#groups(channel).flat();
    this.#leave((each) => each.channel === channel);
    this.#out = this.#out.filter((each) => each.channel !== channel);
    if (this.#settings.type === 'classic') gone.sort((a, b) => a.order - b.order);
    for (const { message } of gone) this.#takeBack(message);
    this.#afterReturn();
  }

  /** Consumers go; if the active one does, the one whose turn it is becomes active, and is not served just for that. */
  #leave(goes: (consumer: Consumer) => boolean): void {
    this.#consumers = this.#consumers.filter((consumer) => !goes(consumer));
    if (this.#active && !this.#consumers.includes(this.#active)) this.#active = this.#inTurn()[0] ?? null;
  }

  /** Consumers that have not been found without room, the next one first. */
  #inTurn(): Consumer[] {
    return this.#consumers
      .filter(({ parked }) => !parked)
      .sort((a, b) => b.priority - a.priority || a.turn - b.turn);
  }

  /** What a channel has out, as it is settled together: gets alone and first, then by consumer. */
  #groups(channel: string): Out[][] {
    const own = this.#out.filter((each) => each.channel === channel);
    const names = [...new Set(own.flatMap(({ consumer }) => consumer ?? []))].sort((a, b) =>
      a < b ? -1 : 1,
    );
    const gets = own.filter(({ consumer }) => consumer === null).map((get) => [get]);
    return [...gets, ...names.map((name) => own.filter(({ consumer }) => consumer === name))];
  }

  #settle(group: Out[], how: 'ack' | 'nack' | 'reject', requeue: boolean): void {
    const { type, deliveryLimit } = this.#settings;
    const free = (settled: Out[]): void => {
      this.#out = this.#out.filter((each) => !settled.includes(each));
    };
    if (how === 'ack' || !requeue) {
      if (how !== 'ack') {
        const dying =
          type === 'classic' ? [...group].sort((a, b) => b.message.level - a.message.level) : group;
        for (const { message } of dying) this.#bury(message, 'rejected');
      }
      free(group);
      // A classic queue looks at what waits only if somebody has room again who had none.
      if (this.#unpark(group) || type === 'quorum') this.#pump();
    } else if (type === 'quorum' && deliveryLimit === null) {
      for (const one of group) {
        const { message } = one;
        free([one]);
        message.failures++;
        message.redelivered = true;
        message.place = ++this.#counter;
        this.#waiting.push(message);
        this.#unpark([one]);
        this.#afterReturn();
      }
    } else {
      free(group);
      for (const { message, holder } of group) if (!this.#takeBack(message) && holder) holder.extra++;
      this.#unpark(group);
      this.#afterReturn();
    }
  }

  /** A classic queue looks at its limits before it hands out what came back, a quorum queue after. */
  #afterReturn(): void {
    if (this.#settings.type === 'classic') this.#trim();
    this.#expire();
    this.#pump();
    this.#trim();
    this.#signal();
  }

  /** A quorum queue stops its publisher above the limit, and lets it go on at four fifths of it. */
  #signal(): void {
    const { maxLength } = this.#settings;
    if (maxLength === null) return;
    if (this.waiting.length > maxLength) this.#stopped = true;
    else if (this.waiting.length <= Math.floor(maxLength * 0.8)) this.#stopped = false;
  }

  /** False if the message has failed too often and is gone. */
  #takeBack(message: Message): boolean {
    const { type, deliveryLimit } = this.#settings;
    message.redelivered = true;
    if (type === 'classic') {
      this.#waiting.push(message);
      return true;
    }
    message.failures++;
    if (deliveryLimit !== null && message.failures > deliveryLimit) {
      this.#bury(message, 'delivery_limit');
      return false;
    }
    this.#returned.push(message);
    return true;
  }

  #roomOf(consumer: Consumer): number {
    if (consumer.prefetch === 0 || consumer.noAck) return Number.POSITIVE_INFINITY;
    const out = this.#out.filter(({ holder }) => holder === consumer).length;
    return consumer.prefetch + consumer.extra - out;
  }

  /** Consumers of a settled group that have room again go to the end of their priority; true if there are any. */
  #unpark(group: Out[]): boolean {
    const { type } = this.#settings;
    let any = false;
    const channels = new Set(group.map(({ channel }) => channel));
    const parked = this.#consumers
      .filter(({ channel, parked }) => parked && channels.has(channel))
      .sort((a, b) => b.priority - a.priority || a.turn - b.turn);
    for (const consumer of parked) {
      if (this.#roomOf(consumer) <= 0) continue;
      if (type === 'quorum' && !group.some(({ consumer: name }) => name === consumer.name)) continue;
      consumer.parked = false;
      consumer.turn = ++this.#counter;
      any = true;
    }
    return any;
  }

  #pump(): void {
    for (let [message] = this.waiting; message; [message] = this.waiting) {
      const { singleActive } = this.#settings;
      const ready = this.#inTurn().filter((consumer) => !singleActive || consumer === this.#active);
      const next = ready.find((consumer) => {
        if (this.#roomOf(consumer) > 0) return true;
        consumer.parked = true;
        consumer.turn = ++this.#counter;
        return false;
      });
      if (!next) return;
      this.#remove(message);
      this.#note(`deliver ${next.name}`, this.#told(message));
      if (!singleActive) next.turn = ++this.#counter;
      if (!next.noAck)
        this.#out.push({
          message,
          channel: next.channel,
          consumer: next.name,
          holder: next,
          order: ++this.#counter,
        });
      if (this.#settings.type === 'quorum' && this.#roomOf(next) <= 0) next.parked = true;
      this.#expire();
    }
  }

  #trim(): void {
    const { maxLength, overflow, type } = this.#settings;
    if (maxLength === null || overflow !== 'drop-head') return;
    const dropped: Message[] = [];
    for (let all = this.waiting; all.length > maxLength; all = this.waiting) {
      dropped.push(all[0]!);
      this.#remove(all[0]!);
    }
    if (type === 'quorum') dropped.reverse();
    for (const message of dropped) this.#bury(message, 'maxlen');
  }

  #expire(): void {
    for (let [head] = this.waiting; head && head.expiry <= this.now; [head] = this.waiting) {
      this.#remove(head);
      this.#bury(head, 'expired');
    }
  }

  #remove(message: Message): void {
    this.#waiting = this.#waiting.filter((each) => each !== message);
    this.#returned = this.#returned.filter((each) => each !== message);
  }

  #bury({ id }: Message, reason: string): void {
    this.dead.push(`${id} ${reason}`);
  }

  #told({ id, redelivered, failures }: Message): string {
    return `${id}${redelivered ? ' again' : ''}${failures > 0 ? ` ${failures}` : ''}`;
  }

  #note(list: string, line: string): void {
    const lines = this.log.get(list);
    if (lines) lines.push(line);
    else this.log.set(list, [line]);
  }
}
