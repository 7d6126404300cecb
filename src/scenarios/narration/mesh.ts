import { formatMicros } from '../../sim/kernel/time.ts';
import { asNoun, flagsInWords } from './reasons.ts';
import { many, type Template } from './telling.ts';

/** The service mesh: what sidecars did to calls, and what they think of hosts. */
export const mesh = {
  flagged({ owner, peer, tag, value, detail, because }) {
    const left = detail === 'DC';
    const answer = left ? 'ended' : `answered ${value} for`;
    return `the sidecar of ${owner} ${answer} the call to ${peer}${tag}: ${flagsInWords(detail)}${because}`;
  },
  meshRetry: ({ owner, peer, about, time, detail, because }) =>
    `the sidecar of ${owner} will send the call to ${peer} again${about} in ${time}, since the last try ended in ${asNoun(detail)}${because}; ${owner} does not know`,
  meshRetryDenied: ({ owner, peer, about, detail }) =>
    `the sidecar of ${owner} did not try ${peer} again${about} after ${asNoun(detail)}: as many retries as it may have are in progress`,
  meshHedge: ({ owner, peer, about }) =>
    `the sidecar of ${owner} sent a second copy of its slow call to ${peer}${about}; both may do the work`,
  ejected: ({ place, peer, value, detail }) =>
    `the sidecar ${place} ejected ${peer} for ${formatMicros(value)} or longer: ${WHY[detail] ?? detail}; other sidecars decide for themselves`,
  ejectionRefused: ({ place, peer, value, detail }) =>
    `the sidecar ${place} would have ejected ${peer} (${WHY[detail] ?? detail}), but of ${many(value, 'host')} no more may be out at once; it goes on using it`,
  returned: ({ place, peer }) => `the sidecar ${place} uses ${peer} again: its ejection is over`,
  mirrored: ({ owner, peer, about }) =>
    `the sidecar of ${owner} sent a copy of its call to ${peer}${about} to the shadow; whatever that does is done, and its answer is thrown away`,
  rollout({ place, value, detail }) {
    if (detail === 'rolled back') return `the gate closed: ${place} gets no more traffic`;
    return `${place} gets ${value} % of the traffic${detail === 'promoted' ? ': the rollout is over' : ''}`;
  },
  handshakeFailed: ({ place, peer, detail }) =>
    `the sidecar ${place} could not open a connection to ${peer}: ${detail}; connections that are open live on`,
  panic: ({ place, value, detail }) =>
    detail === 'on'
      ? `the sidecar ${place} panics: only ${many(value, 'host')} seem healthy, too few, so it uses all whatever their health`
      : `the sidecar ${place} panics no more: ${many(value, 'host')} are healthy, and only those are used`,
} satisfies Record<string, Template>;

const WHY: Readonly<Record<string, string>> = {
  'consecutive 5xx': 'too many errors in a row',
  'consecutive gateway errors': 'too many gateway errors in a row',
  'consecutive local origin failures': 'too many calls in a row found no way there',
  'success rate': 'it answers clearly worse than the others',
};
