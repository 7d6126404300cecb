import { orderBehind, orderWords } from './calls.ts';
import { asNoun } from './reasons.ts';
import { ordinal, type Telling, type Template } from './telling.ts';

/** Databases, caches and the business ledger. */
export const data = {
  read: ({ place, detail, value }) =>
    value === 0
      ? `${detail} was looked for in ${place} and not there`
      : `${detail} was read from ${place}, version ${value}`,
  write: ({ place, detail, value, about }) =>
    value === 0
      ? `${detail} was deleted from ${place}${about}`
      : `${detail} was committed to ${place}${about}, version ${value}`,
  refused: ({ place, peer, about, detail }) => `${place} was refused by ${peer}${about}: ${asNoun(detail)}`,
  poolWait: ({ place, peer, about, time }) =>
    `${place} waited for a connection of ${peer}${about}, for ${time}`,
  rollback: ({ owner, about, detail }) =>
    `${owner} rolled a transaction back${about}: ${asNoun(detail)}; nothing of it remains`,
  dedupe: ({ place, about, detail, value }) =>
    detail === 'busy'
      ? `${place} recognised a request${about} that is still in progress, and answered ${value} without doing it again`
      : `${place} recognised a request${about} that it had handled, and answered ${value} without doing it again`,
  cacheHit: ({ place, about, time, detail }) =>
    detail === 'stale'
      ? `${place} took a stale answer from its cache${about}, filled ${time} ago`
      : `${place} took an answer from its cache${about}, filled ${time} ago`,
  lockWait: ({ place, detail, time }) => `${place} took the lock ${detail}, after ${time}`,
  fact: (telling) => fact(telling),
} satisfies Record<string, Template>;

/** Words that end in no `-ed` and are past tense nevertheless. */
const IRREGULAR = new Set([
  'paid',
  'sent',
  'sold',
  'held',
  'lost',
  'left',
  'kept',
  'told',
  'found',
  'made',
  'bought',
]);

/** Facts of which the amount is the point; others carry it, too. */
const MONEY = new Set(['charged', 'captured', 'refunded', 'paid', 'invoiced']);

function fact(telling: Telling): string {
  const { owner, subject, detail, value, index } = telling;
  const verb = /^[a-z]+ed$/.test(detail) || IRREGULAR.has(detail);
  const amount = telling.fact?.fields.amount;
  const worth = MONEY.has(detail) && typeof amount === 'number' ? ` (${amount})` : '';
  const did = verb
    ? `${owner} ${detail}${subject === '' ? '' : ` ${subject}`}`
    : `${owner} recorded ${detail}${telling.about}`;
  const time = index.occurrence[value] ?? 1;
  if (time === 1 || subject === '') return `${did}${worth}`;
  return `${did} a ${ordinal(time)} time${worth}${again(telling)}`;
}

/** Why a repeat was possible, as far as the record shows it: what was asked for both times, and under which keys. */
function again(telling: Telling): string {
  const before = telling.run.facts[telling.index.previous[telling.value] ?? -1];
  if (!before) return '';
  const first = `; the time before was event ${before.record}`;
  const order = orderBehind(telling);
  if (!order) return first;
  if (order.kind === 'delivery') return `${first}, and this was done for ${orderWords(order)}`;
  const earlier = orderBehind(telling.of(before.record));
  if (order.detail === '') return `${first}, and ${orderWords(order)} carried no idempotency key`;
  if (earlier?.kind !== 'call') return first;
  return earlier.detail === order.detail
    ? `${first}, although ${orderWords(order)} carried the same idempotency key`
    : `${first}, and ${orderWords(order)} carried another idempotency key (${order.detail}, before: ${earlier.detail || 'none'})`;
}
