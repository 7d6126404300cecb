import type { Body } from '../flow/request.ts';
import { failed } from '../outcome.ts';
import type { Stage } from './stage.ts';

const TOO_LARGE = failed('too-large', 413);

/** Bytes of a body: as its field `bytes` says, else as JSON would write it. */
function bytesOf(body: Body): number {
  const { bytes } = body;
  return typeof bytes === 'number' ? bytes : JSON.stringify(body).length;
}

/** Refuses what is too large before anybody reads it, as Envoy's buffer filter does. */
export function limitSize(max: number): Stage {
  return ({ request }) => {
    const bytes = bytesOf(request.body);
    return bytes <= max ? null : { outcome: TOO_LARGE, why: `${bytes} bytes, and ${max} are allowed` };
  };
}
