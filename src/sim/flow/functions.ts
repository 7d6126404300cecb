import { EvaluationProblem, type ExpressionFunction } from '../expression/expression.ts';
import type { Value } from '../expression/value.ts';
import { hashText } from '../kernel/luck.ts';
import type { Frame } from './frame.ts';

/** One draw from 0 to 1, keyed by the expression's place, the subject and how often it has drawn. */
function draw(frame: Frame): number {
  const { stream } = frame;
  if (!stream) throw new EvaluationProblem('nothing may be drawn here');
  return stream.uniform(frame.key, frame.variant, frame.draws++);
}

const number = (value: Value | undefined, what: string): number => {
  if (typeof value === 'number') return value;
  throw new EvaluationProblem(`${what} takes a number`);
};

const thing = (even: boolean, summary: string): ExpressionFunction<Frame> => ({
  summary,
  arity: [1, 1],
  call(frame, [entity]) {
    const { entities } = frame.system;
    const index = entities.drawIndex(String(entity), draw(frame), even);
    if (index === undefined) throw new EvaluationProblem(`there is no counted entity \`${entity}\``);
    return entities.at(String(entity), frame.system.preferred(String(entity), index, frame) + 1).name;
  },
});

/** What expressions of a flow may call, beside the functions of CEL. Whatever draws is keyed, so it moves no other luck. */
export const flowFunctions: ReadonlyMap<string, ExpressionFunction<Frame>> = new Map<
  string,
  ExpressionFunction<Frame>
>([
  [
    'chance',
    {
      summary: 'true with this probability, from 0 to 1',
      arity: [1, 1],
      call: (frame, [p]) => draw(frame) < number(p, 'chance()'),
    },
  ],
  ['pick', thing(true, 'one of the entities of this name, all equally likely')],
  ['zipf', thing(false, 'one of the entities of this name, the n-th most popular with weight 1/n')],
  [
    'random',
    {
      summary: 'a whole number from 0 to n - 1',
      arity: [1, 1],
      call: (frame, [n]) => Math.floor(draw(frame) * number(n, 'random()')),
    },
  ],
  [
    'uuid',
    {
      summary: 'a new identity, the same for the same attempt under the same seed',
      arity: [0, 0],
      call: (frame) => {
        const bits = draw(frame);
        const high = Math.floor(bits * 4_294_967_296);
        const low = Math.floor(bits * 9_007_199_254_740_992) % 2_097_152;
        return `${high.toString(16).padStart(8, '0')}-${low.toString(16).padStart(6, '0')}`;
      },
    },
  ],
  [
    'hash',
    {
      summary: 'a whole number that stands for a text',
      arity: [1, 1],
      call: (_frame, [text]) => hashText(typeof text === 'string' ? text : JSON.stringify(text)),
    },
  ],
  [
    'range',
    {
      summary: 'the numbers from 0 to n - 1',
      arity: [1, 1],
      call: (_frame, [n]) => {
        const length = number(n, 'range()');
        if (!(length >= 0 && length <= 10_000)) throw new EvaluationProblem('range() goes up to 10000');
        return Array.from({ length: Math.floor(length) }, (_, i) => i);
      },
    },
  ],
]);

/** Only for fields of facts: there a judge may look where services may not. */
export const truth: ExpressionFunction<Frame> = {
  summary: "any row as it is now: truth('pricing.db/prices', request.sku)",
  arity: [2, 2],
  call(frame, [place, key]) {
    const row = frame.system.table(String(place))?.committed(String(key));
    if (!row) throw new EvaluationProblem(`there is no row ${key} in ${place}`);
    return row;
  },
};
