import type { Actor } from 'xstate';
import type { flowMachine } from '../play/flow.machine.ts';
import type { Player } from '../play/player.ts';
import type { Session } from '../play/session.ts';
import type { ProgressStore } from '../progress/store.ts';
import { paragraphs } from '../words/text.ts';
import { firstWord, helpText, type Item, menuText, notUnderstood, type Picked, understand } from './menu.ts';
import type { Talk } from './talk.ts';

/** What a scene has to play with. */
export interface Stage {
  readonly talk: Talk;
  readonly flow: Actor<typeof flowMachine>;
  readonly progress: ProgressStore;
  /** Over the run that is being looked at; null before the first. */
  player: Player | null;
  /** Whether the questions of a first visit are still to come, so that less is offered. */
  guided: boolean;
  /** A line that was typed in one scene and is meant for the next; it is taken before anything is asked. */
  ahead?: string;
}

/** The learner leaves the exercise: for the list of all, or altogether. */
export class Left extends Error {
  override readonly name = 'Left';
  readonly to: 'home' | 'quit';

  constructor(to: 'home' | 'quit') {
    super(`left for ${to}`);
    this.to = to;
  }
}

type Anywhere = 'brief' | 'hint' | 'help' | 'export' | 'home' | 'quit';

const ANYWHERE: readonly Item<{ readonly anywhere: Anywhere }>[] = [
  { word: 'brief', label: 'the task again', hidden: true, result: { anywhere: 'brief' } },
  {
    word: 'hint',
    label: 'the next of three hints; each costs a star',
    hidden: true,
    result: { anywhere: 'hint' },
  },
  {
    word: 'export',
    label: 'print your progress, to keep or to move it',
    hidden: true,
    result: { anywhere: 'export' },
  },
  { word: 'home', label: 'the list of exercises', hidden: true, result: { anywhere: 'home' } },
  { word: 'help', label: 'this list', hidden: true, result: { anywhere: 'help' } },
  { word: 'quit', label: 'leave; your progress is kept', hidden: true, result: { anywhere: 'quit' } },
];

export const sessionOn = ({ flow }: Stage): Session => flow.getSnapshot().context;

interface Asking<T> {
  /** True: the items are known and not read out again. */
  readonly silent?: boolean;
  /** What an empty line means; without it, the items are read out again. */
  readonly empty?: T;
  /** Words of the scene to which `result` leads: who types one means to go there and to say it. */
  readonly beyond?: { readonly words: readonly string[]; readonly result: T };
}

/** Asks until the answer is one of the scene's items; what is possible everywhere is done on the way. */
export async function pickOn<T>(
  stage: Stage,
  own: readonly Item<T>[],
  { silent, empty, beyond }: Asking<T> = {},
): Promise<Picked<T>> {
  const taken = new Set(own.map(({ word }) => word));
  const items: Item<{ readonly own: T } | { readonly anywhere: Anywhere }>[] = [
    ...own.map((item) => ({ ...item, result: { own: item.result } })),
    ...ANYWHERE.filter(({ word }) => !taken.has(word)),
  ];
  if (!silent && stage.ahead === undefined) stage.talk.say(menuText(items));
  for (;;) {
    const typed = stage.ahead ?? (await stage.talk.ask());
    delete stage.ahead;
    if (typed.trim() === '' && empty !== undefined) return { result: empty, rest: '' };
    const picked = understand(items, typed);
    if (picked === undefined && beyond?.words.includes(firstWord(typed))) {
      stage.ahead = typed;
      return { result: beyond.result, rest: '' };
    }
    if (picked === undefined)
      stage.talk.say(typed.trim() === '' ? menuText(items) : notUnderstood(items, typed));
    else if ('own' in picked.result) return { result: picked.result.own, rest: picked.rest };
    else doAnywhere(stage, picked.result.anywhere, () => helpText(items));
  }
}

function doAnywhere(stage: Stage, what: Anywhere, help: () => string): void {
  const { talk, progress } = stage;
  switch (what) {
    case 'help':
      talk.say(help());
      break;
    case 'brief':
      talk.say(paragraphs(sessionOn(stage).exercise.brief));
      break;
    case 'hint':
      giveHint(stage);
      break;
    case 'export':
      talk.show(progress.export());
      break;
    case 'home':
    case 'quit':
      throw new Left(what);
  }
}

const RUNGS = ['where to look', 'what happens there', 'the answer'];

/** Reads the next hint out, or the last one again where there is no further. */
function giveHint(stage: Stage): void {
  const before = sessionOn(stage).hints;
  stage.flow.send({ type: 'hint' });
  const { hints, exercise } = sessionOn(stage);
  const text = exercise.hints[hints - 1];
  if (text === undefined) {
    stage.talk.say('There are no hints for this exercise.');
    return;
  }
  const again = before === hints ? ', again' : '';
  stage.talk.say(
    `Hint ${hints} of ${exercise.hints.length}, ${RUNGS[hints - 1] ?? 'more'}${again}: ${paragraphs(text)}`,
  );
}
