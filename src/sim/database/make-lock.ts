import type { Act, StepContext } from '../flow/act.ts';
import { failed, success } from '../outcome.ts';

interface LockSettings {
  readonly lock: string;
  readonly key: string | null;
  readonly lease: number;
  readonly upTo: number;
}

/** Takes a lock of the service's lock server. The lease survives a crash of its holder until it runs out. */
export function makeLock(settings: LockSettings, { system, owner, place, formulas }: StepContext): Act {
  const key = settings.key === null ? null : formulas.compile(settings.key, `${place.text}.key`);
  return {
    *run(frame) {
      const name = `${owner}/${settings.lock}/${key ? String(key.value(frame)) : (frame.subject?.text ?? '')}`;
      const since = frame.now;
      const token = yield* system.locks.take(name, settings.lease, settings.upTo, frame);
      frame.cause = system.log.note(
        'lockWait',
        place,
        frame.subject,
        frame.cause,
        frame.span,
        frame.now - since,
        name,
      );
      return token === null ? failed('timeout', 503, 'never') : success({ token });
    },
  };
}

/** Gives a lock back. One that is not held is no failure: its lease may have run out. */
export function makeUnlock(
  settings: { readonly unlock: string; readonly key: string | null },
  context: StepContext,
): Act {
  const { system, owner, place, formulas } = context;
  const key = settings.key === null ? null : formulas.compile(settings.key, `${place.text}.key`);
  return {
    instant(frame) {
      const name = `${owner}/${settings.unlock}/${key ? String(key.value(frame)) : (frame.subject?.text ?? '')}`;
      return success({ released: system.locks.free(name, frame) });
    },
  };
}
