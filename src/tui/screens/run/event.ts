import { narrate } from '../../../scenarios/narrate.ts';
import { sceneOf } from '../../drawing/model/scene.ts';
import { drawEvent } from '../../drawing/panes/inspector.ts';
import { fill } from '../../layout/text.ts';
import type { ExerciseProps } from '../props.ts';

/** Everything about the present event, for screens that have no room for an inspector. */
export function showEvent({ session: { observation }, shell, size }: ExerciseProps, record: number): void {
  if (observation === null) return;
  const { run } = observation;
  const width = Math.min(76, size.columns - 4);
  const drawn = drawEvent(sceneOf(run), record, width, 40).text().trimEnd();
  const said = fill(narrate(run, record), width).join('\n');
  shell.show({ kind: 'text', title: `Event ${record}`, text: `${said}\n\n${drawn}`, verbatim: true });
}
