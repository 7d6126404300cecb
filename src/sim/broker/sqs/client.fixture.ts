import { Luck } from '../../kernel/luck.ts';
import { Simulation } from '../../kernel/simulation.ts';
import { seconds } from '../../kernel/time.ts';
import type { GivenAttributes } from './attributes.ts';
import type { QueueEndpoint } from './endpoint.ts';
import type { Received, ReceiveMessage, SendMessage } from './message.ts';
import type { Result } from './refusal.ts';
import { SqsService, type SqsSettings } from './service.ts';

/** Servers that never lose sight of each other, all of which a short poll asks. */
const PERFECT = { duplicatesPpm: 0, lostDeletesPpm: 0, servers: { all: 1, sampled: 1 } };

/** A service for tests, whose messages are texts, with short ways to use it. */
export class TestService {
  readonly sim = new Simulation();
  readonly sqs: SqsService<string>;
  /** What has happened inside, such as `received m1`. */
  readonly told: string[] = [];

  constructor({ seed = 'any', ...settings }: SqsSettings<string> & { readonly seed?: string } = {}) {
    const note =
      (what: string) =>
      (_queue: string, copy: { readonly message: { readonly body: string } }): void => {
        this.told.push(`${what} ${copy.message.body}`);
      };
    this.sqs = new SqsService(this.sim, new Luck(seed), {
      ...settings,
      imperfections: { ...PERFECT, ...settings.imperfections },
      observer: {
        sent: note('sent'),
        received: note('received'),
        extended: note('extended'),
        deleted: note('deleted'),
        deleteIgnored: note('kept'),
        expired: note('expired'),
        strayed: note('strayed'),
        returned: (_queue, { message }, why) => this.told.push(`${why} ${message.body}`),
        deduplicated: (_queue, request) => this.told.push(`deduplicated ${request.MessageBody}`),
        deadLettered: (_from, { message }, to) => this.told.push(`${message.body} to ${to}`),
        redriven: (_from, { message }, to) => this.told.push(`${message.body} back to ${to}`),
        purged: (_queue, copies) => this.told.push(`purged ${copies}`),
        refused: (_queue, action, { code }) => this.told.push(`${action} ${code}`),
      },
    });
  }

  create(name: string, attributes: GivenAttributes = {}): TestQueue {
    return new TestQueue(this, must(this.sqs.createQueue(name, attributes)));
  }

  fifo(attributes: GivenAttributes = {}): TestQueue {
    return this.create('q.fifo', { FifoQueue: true, ContentBasedDeduplication: true, ...attributes });
  }

  passSeconds(time: number): void {
    this.sim.run(this.sim.now + seconds(time));
  }
}

/** One queue of a test service. */
export class TestQueue {
  readonly endpoint: QueueEndpoint<string>;
  readonly #service: TestService;
  #sent = 0;

  constructor(service: TestService, endpoint: QueueEndpoint<string>) {
    this.#service = service;
    this.endpoint = endpoint;
  }

  /** Sends bodies one after the other, each with luck of its own. */
  send(bodies: readonly string[], more: Partial<SendMessage<string>> = {}): void {
    for (const body of bodies) must(this.endpoint.sendMessage(this.message(body, more)));
  }

  message(body: string, more: Partial<SendMessage<string>> = {}): SendMessage<string> {
    const luck = { key: ++this.#sent, variant: 0 };
    return { MessageBody: body, size: body.length, content: body, luck, ...more };
  }

  /** Receives at once: what is there now. */
  receive(request: ReceiveMessage = {}): Received<string>[] {
    let got: Received<string>[] | undefined;
    const abandon = this.endpoint.receiveMessage({ MaxNumberOfMessages: 10, ...request }, (result) => {
      got = [...must(result)];
    });
    abandon();
    return got ?? [];
  }

  /** The bodies of what is there now. */
  bodies(request: ReceiveMessage = {}): string[] {
    return this.receive(request).map(({ message }) => message.body);
  }

  delete({ ReceiptHandle }: Received<string>): void {
    must(this.endpoint.deleteMessage(ReceiptHandle));
  }

  /** Receives and deletes over and over until a receive of `wait` seconds finds nothing; the bodies in order. */
  drain(request: ReceiveMessage = {}): string[] {
    const all: string[] = [];
    for (let got = this.receive(request); got.length > 0; got = this.receive(request))
      for (const each of got) {
        all.push(each.message.body);
        this.delete(each);
      }
    return all;
  }

  get counts(): readonly [visible: number, inFlight: number, delayed: number] {
    const { visible, inFlight, delayed } = this.endpoint.queue.counts;
    return [visible, inFlight, delayed];
  }

  get now(): number {
    return this.#service.sim.now;
  }
}

/** The value of a result that cannot be a refusal here. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message}`);
  return result.value;
}

/** The code of a refusal, or `ok`. */
export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code);
