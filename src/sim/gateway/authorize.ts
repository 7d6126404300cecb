import { forbidden, type Stage } from './stage.ts';

/** Lets those in whose token carries every right that is asked for. Who has no token has no rights. */
export function authorize(needed: readonly string[]): Stage {
  return ({ request }) => {
    const held = request.credentials.token?.scope ?? [];
    const missing = needed.filter((scope) => !held.includes(scope));
    return missing.length === 0 ? null : forbidden(`the right ${missing.join(', ')} is missing`);
  };
}
