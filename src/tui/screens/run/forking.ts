import { UsageError } from '../../../problems.ts';
import { asOne } from '../../../scenarios/forks.ts';
import { formatMicros, type Micros } from '../../../sim/kernel/time.ts';
import { sceneOf } from '../../drawing/model/scene.ts';
import { clock } from '../../drawing/panes/rows.ts';
import type { Overlay } from '../../overlay.ts';
import type { ExerciseProps } from '../props.ts';

type MenuItem = Extract<Overlay, { kind: 'menu' }>['items'][number];

/** Breaks or changes something at this moment: the past stays, the future is simulated again. */
export function fork(props: ExerciseProps, written: string, node: string | null): void {
  const at = momentOf(props);
  if (written !== '') {
    void inject(props, written, at);
    return;
  }
  props.shell.show({
    kind: 'menu',
    title: `Fork at ${clock(at)}`,
    text: 'Everything before this moment stays as it is. From here on:',
    items: [...designs(props, at), ...breakages(props, node, at)],
  });
}

const momentOf = ({ player }: ExerciseProps): Micros => Math.round(Math.max(0, player?.position.at ?? 0));

/** Options that the design does not have, to be taken from this moment on. */
function designs({ session, shell }: ExerciseProps, at: Micros): MenuItem[] {
  const { exercise, observation } = session;
  return exercise.decide.flatMap(({ id, options }) =>
    options
      .filter((option) => observation?.ask.choices[id] !== option.id && option.patches.length > 0)
      .map((option) => ({
        label: `change: ${option.label}`,
        act: () => shell.send({ type: 'intervene', intervention: { at, patch: asOne(option) } }),
      })),
  );
}

/** Faults that are often wanted, on the node that is looked at, and any other. */
function breakages(props: ExerciseProps, node: string | null, at: Micros): MenuItem[] {
  const target = node ?? serviceAt(props);
  const common =
    target === null
      ? []
      : [
          `latency: ${target}, add: 400ms, for: 10s`,
          `errors: ${target}, p: 20%, for: 10s`,
          `crash: ${target}, downFor: 5s`,
        ];
  return [
    ...common.map((fault) => ({ label: `break: ${fault}`, act: () => void inject(props, fault, at) })),
    {
      label: 'break: another fault, to be written',
      act: () =>
        props.shell.ask({
          label: `Fault at ${formatMicros(at)}:`,
          onAnswer: (typed) => typed.trim() !== '' && void inject(props, typed.trim(), at),
        }),
    },
  ];
}

/** The service in which the present event happened, or else one that there is; clients and queues do not break so. */
function serviceAt({ session: { observation }, player }: ExerciseProps): string | null {
  if (observation === null) return null;
  const scene = sceneOf(observation.run);
  const record = player?.position.record ?? -1;
  const here =
    record < 0
      ? undefined
      : scene.topology.nodes[scene.places.nodeOf(observation.run.record.placeAt(record))];
  const breakable = scene.topology.nodes.filter(({ kind }) => kind === 'service' || kind === 'external');
  return (breakable.find(({ id }) => id === here?.id) ?? breakable[0])?.id ?? null;
}

async function inject({ session, shell }: ExerciseProps, fault: string, at: Micros): Promise<void> {
  const { parseInjection } = await import('../../../play/injection.ts'); // with it come all faults
  try {
    const timed = fault.includes('@') ? fault : `${fault} @ ${at}us`;
    shell.send({ type: 'intervene', intervention: parseInjection(timed, session.interventions.length + 1) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    shell.say(error.message);
  }
}
