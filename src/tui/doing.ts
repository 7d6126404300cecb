import type { Session } from '../play/session.ts';
import { paragraphs } from '../words/text.ts';
import { brokenChecks } from './common.ts';
import type { Action } from './keys/table.ts';
import { answer, compare, offerHint, toRun, vary } from './menus.ts';
import { showBoth } from './side-by-side.ts';
import type { Stage } from './stage.ts';

/** Does what an action means on every screen that has it; false: it is the screen's own. */
export function does(stage: Stage, action: Action): boolean {
  const session = stage.visit?.session;
  if (doesAnywhere(stage, action, session)) return true;
  return session !== undefined && doesInExercise(stage, action, session);
}

function doesAnywhere(stage: Stage, { id, argument }: Action, session: Session | undefined): boolean {
  switch (id) {
    case 'quit':
      stage.quit(130);
      return true;
    case 'leave':
      if (stage.close()) return true;
      if (stage.screen === 'home' || stage.screen === 'opening') stage.quit(0);
      else stage.goHome();
      return true;
    case 'back':
      back(stage);
      return true;
    case 'help':
      stage.showHelp();
      return true;
    case 'command':
      stage.askCommand();
      return true;
    case 'suspend':
      stage.tools.suspend();
      return true;
    case 'redraw':
      stage.tools.redraw();
      return true;
    case 'theme':
      if (argument === 'dark' || argument === 'light' || argument === 'none') stage.wear(argument);
      else stage.say('Say which: theme dark, theme light or theme none.');
      return true;
    case 'goto':
      goTo(stage, argument);
      return true;
    case 'copy':
      if (stage.overlay?.kind === 'text') stage.copy(stage.overlay.text);
      else if (session?.observation && stage.screen !== 'home') void copyCode(stage, session);
      else stage.say('There is nothing to copy here.');
      return true;
    default:
      return false;
  }
}

function doesInExercise(stage: Stage, { id, argument }: Action, session: Session): boolean {
  switch (id) {
    case 'redesign':
      stage.closeAll();
      toRun(stage);
      stage.endGuide();
      stage.send({ type: 'retry' });
      return true;
    case 'why':
      askWhy(stage, session, argument);
      return true;
    case 'grade':
      grade(stage, session, argument);
      return true;
    case 'compare':
      compare(stage, session);
      return true;
    case 'both':
      void showBoth(stage);
      return true;
    case 'seeds':
      stage.show({ kind: 'seeds' });
      return true;
    case 'debrief':
      stage.closeAll();
      stage.send({ type: 'debrief' });
      return true;
    case 'cancel':
      stage.send({ type: 'cancel' });
      return true;
    case 'withdraw':
      stage.send({ type: 'withdraw' });
      return true;
    case 'vary':
      vary(stage, session, argument);
      return true;
    case 'answer':
      answer(stage, session);
      return true;
    case 'hint':
      offerHint(stage, session);
      return true;
    case 'brief': {
      const { title, brief } = session.exercise;
      stage.show({ kind: 'text', title, text: paragraphs(brief), verbatim: false });
      return true;
    }
    default:
      return false;
  }
}

/** One level up; at the top nothing happens, so that half an arrow key cannot throw anybody out. */
function back(stage: Stage): void {
  if (stage.close()) return;
  switch (stage.screen) {
    case 'home':
      stage.say('q leaves Brownout.');
      break;
    case 'predict':
    case 'run':
      stage.goHome();
      break;
    default:
      stage.send({ type: 'back' });
  }
}

function goTo(stage: Stage, name: string): void {
  const { exercises } = stage.tools;
  const wanted = name.toLowerCase();
  const found = exercises.find(
    ({ id, slug }, index) => id.toLowerCase() === wanted || slug === wanted || String(index + 1) === wanted,
  );
  if (found) stage.openFile(found.path);
  else stage.say(name === '' ? 'Say which: goto charged-twice.' : `There is no exercise "${name}".`);
}

async function copyCode(stage: Stage, { observation }: Session): Promise<void> {
  if (observation === null) return;
  const { exercise, choices, seed, interventions, variation } = observation.ask;
  if (variation !== null) {
    stage.say('There is no code for a run with a changed condition.');
    return;
  }
  const record = stage.visit?.player?.position.record ?? -1;
  const { writeCode } = await import('../replay/code.ts');
  const written = writeCode(exercise, { choices, seed, position: record < 0 ? null : record, interventions });
  if (written.ok) stage.copy(`brownout replay ${written.code}`);
  else stage.say(written.reason);
}

function askWhy(stage: Stage, session: Session, named: string): void {
  const broken = brokenChecks(session);
  const ask = (check: string) => {
    toRun(stage);
    stage.send({ type: 'why', check, finding: 0 });
  };
  const first = session.observation?.verdict.firstFailed ?? broken[0];
  const only =
    broken.find((id) => id === named) ??
    (broken.length === 1 || stage.programProps.guided ? first : undefined);
  if (only !== undefined) {
    ask(only);
    return;
  }
  const ordered = [...broken].sort((a, b) => Number(b === first) - Number(a === first));
  stage.show({
    kind: 'menu',
    title: 'Why?',
    text: 'Several checks broke in this run. Which one?',
    items: ordered.map((check) => ({
      label: check === first ? `${check}, which broke first` : check,
      act: () => ask(check),
    })),
  });
}

const MOST_SEEDS = 10_000;

function grade(stage: Stage, session: Session, argument: string): void {
  const seeds = argument === '' ? session.exercise.seeds.grade : Number(argument);
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > MOST_SEEDS) {
    stage.say(`Say how many seeds, from 1 to ${MOST_SEEDS}: grade 200.`);
    return;
  }
  stage.closeAll();
  toRun(stage);
  stage.send({ type: 'grade', seeds });
}
