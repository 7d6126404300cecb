import { many, ordinal, type Telling, type Template } from './telling.ts';

/** Why there are so many replicas, where no autoscaler wants it. */
const SCALED: Readonly<Record<string, string>> = {
  '': '',
  surge: ', one more than are wanted, while it is rolled out',
  'surge over': ': its rollout is over',
};

/** What happens to the system rather than in it: crashes, faults, changes. */
export const surroundings = {
  crash: ({ place, value, detail }) =>
    `${place} died${detail === '' ? '' : `, ${detail}`}${value > 0 ? `, and ${many(value, 'request')} with it` : ''}; what was committed stays`,
  restart: ({ place }) => `${place} came back, with nothing in memory`,
  scaled: ({ place, value, detail }) =>
    `${place} now has ${many(value, 'replica')}${SCALED[detail] ?? `: its autoscaler saw ${detail}`}`,
  fault: (telling) => strike(telling),
  patched: ({ place, detail }) => `${place} changed the running system${detail === '' ? '' : `: ${detail}`}`,
} satisfies Record<string, Template>;

function strike({ run, place, detail, value, tag }: Telling): string {
  const kind = run.faults.find(({ id }) => id === detail)?.kind;
  const name = kind === undefined || kind === detail ? detail : `${detail} (${kind})`;
  return `the fault ${name} struck ${place}${tag}${value > 1 ? `, for the ${ordinal(value)} time` : ''}`;
}
