import type { FlowEvent } from '../play/flow-events.ts';
import type { Player } from '../play/player.ts';
import { calibration } from '../progress/calibration.ts';
import { fold } from '../progress/fold.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { expectationWords } from '../words/run.ts';
import type { Beginning, Opening } from './beginning.ts';
import { commandQuestion } from './commands.ts';
import { commonWhy } from './common.ts';
import { does } from './doing.ts';
import { helpRows } from './help-rows.ts';
import { Keys } from './keys/keyboard.ts';
import type { Action, ActionId, ScreenName } from './keys/table.ts';
import type { Size } from './layout/size.ts';
import type { Overlay } from './overlay.ts';
import { Overlays } from './overlays.ts';
import { type Prompt, prompted, promptNotice, promptOf } from './prompt.ts';
import { SANDBOX } from './sandbox.ts';
import type { ExerciseProps, ProgramProps } from './screens/props.ts';
import type { Notice, Question, Shell } from './screens/screen.ts';
import { showBoth } from './side-by-side.ts';
import type { StageAsk } from './stage-ask.ts';
import { screenOf } from './steps.ts';
import { type Palette, type Theme, themeOf } from './theme/theme.ts';
import { Visit } from './visit.ts';

const DIFFERENT =
  'Not the run in the file: this engine does something else. `brownout replay` with --plain says what.';
const NEVER = () => null;

/**
 * Everything that is on the screen, and what keys do to it: the only mutable thing of the interface.
 *
 * Whatever changes it calls `onChange`, upon which the whole screen is drawn from it again.
 */
export class Stage implements Shell {
  readonly keys: Keys;
  readonly tools: StageAsk;
  onChange: () => void = () => {};
  #theme: Theme;
  #size: Size;
  #visit: Visit | null = null;
  #atHome = true;
  #guided = false;
  readonly #overlays = new Overlays();
  #prompt: Prompt | null = null;
  #message = '';
  /** The title of what is being read, and what is wanted to be open in the end. */
  #opening: string | null = null;
  #wanted: Promise<Exercise> | null = null;
  /** The fingerprint that the next run should have; null where nobody knows. */
  #expected: string | null = null;
  #states = new Map<ScreenName, unknown>();
  #step = '';

  constructor(ask: StageAsk) {
    this.tools = ask;
    this.keys = new Keys(ask.bindings);
    this.#theme = ask.theme;
    this.#size = ask.size;
    const [notice] = ask.progress.takeNotices();
    if (notice !== undefined) this.#message = notice;
  }

  // What is shown

  get screen(): ScreenName {
    if (this.overlay) return this.overlay.kind;
    if (this.#opening !== null) return 'opening';
    return this.#atHome || this.#visit === null ? 'home' : screenOf(this.#visit.step);
  }

  get size(): Size {
    return this.#size;
  }

  get visit(): Visit | null {
    return this.#visit;
  }

  /** Whatever moves on the screen by itself; null where nothing can. */
  get playing(): Player | null {
    const { overlay } = this;
    if (overlay?.kind === 'both') return overlay.player;
    return this.screen === 'run' ? (this.#visit?.player ?? null) : null;
  }

  get overlay(): Overlay | undefined {
    return this.#overlays.top;
  }

  /** What a screen remembers; undefined where it has just been opened. */
  stateOf(screen: ScreenName): unknown {
    return this.#states.get(screen);
  }

  keepState(screen: ScreenName, state: unknown): void {
    this.#states.set(screen, state);
    this.onChange();
  }

  get programProps(): ProgramProps {
    const { exercises, progress, now } = this.tools;
    return {
      ...{ size: this.#size, theme: this.#theme, keys: this.keys, shell: this, notice: this.#notice() },
      ...{ guided: this.#guided && !this.#atHome, exercises, progress: fold(progress.entries), now },
      calibration: calibration(progress.entries),
      blocked: (id) => this.#blocked(id),
      overlay: this.overlay ?? null,
      open: this.#visit?.session.exercise.id ?? null,
      work: this.#visit?.work ?? null,
      opening: this.#opening,
      start: (path) => this.openFile(path),
      close: () => void this.close(),
      openSandbox: () => this.#whenRead(this.tools.library.read(SANDBOX, 'sandbox')),
      goNext: () => this.#openNext(),
      watch: (seed) => this.#watch(seed),
      showBoth: (seed) => void showBoth(this, seed),
      keep: (screen, state) => this.keepState(screen, state),
    };
  }

  /** Null where no exercise is open. */
  get exerciseProps(): ExerciseProps | null {
    if (this.#visit === null) return null;
    return {
      ...this.programProps,
      session: this.#visit.session,
      player: this.#visit.player,
      notes: this.#visit.notes,
      step: this.#visit.step,
    };
  }

  #notice(): Notice | null {
    if (this.#prompt) return promptNotice(this.#prompt);
    return this.#message === '' ? null : { kind: 'message', text: this.#message };
  }

  // What can be asked of it

  send(event: FlowEvent): void {
    this.#visit?.send(event);
  }

  say(message: string): void {
    this.#message = message.replaceAll(/\s+/g, ' ').trim();
    this.onChange();
  }

  ask(question: Question): void {
    this.#prompt = promptOf(question);
    this.onChange();
  }

  copy(text: string): void {
    this.tools.clip(text);
    if (text.includes('\n') || text.length > this.#size.columns - 10)
      this.show({ kind: 'text', title: 'Copied', text, verbatim: true });
    else this.say(`Copied: ${text}`);
  }

  show(overlay: Overlay): void {
    this.#states.delete(overlay.kind);
    this.#overlays.push(overlay);
    this.onChange();
  }

  /** Takes the topmost overlay away; false where there was none. */
  close(): boolean {
    const there = this.#overlays.pop();
    this.onChange();
    return there;
  }

  closeAll(): void {
    this.#overlays.clear();
    this.onChange();
  }

  goHome(): void {
    this.#visit?.leave();
    this.#opening = null;
    this.#wanted = null;
    this.#atHome = true;
    this.#guided = false;
    this.#overlays.clear();
    this.#states.delete('home');
    this.onChange();
  }

  /** Opens the exercise of a file. */
  openFile(path: string, opening: Opening = {}): void {
    this.#whenRead(this.tools.library.load(path), opening);
  }

  /** Opens what the visit begins with, and shows its title until it has been read. */
  beginWith(read: Exercise | Promise<Exercise>, { title, greeting, ...opening }: Beginning): void {
    this.#opening = title;
    this.#whenRead(read, opening, () => greeting !== null && this.say(greeting));
  }

  #whenRead(read: Exercise | Promise<Exercise>, opening: Opening = {}, then?: () => void): void {
    if (!(read instanceof Promise)) {
      this.open(read, opening);
      then?.();
      return;
    }
    this.#wanted = read;
    read.then((exercise) => {
      if (this.#wanted !== read) return; // the person has gone elsewhere meanwhile
      this.open(exercise, opening);
      then?.();
    }, this.tools.fail);
  }

  /** Opens an exercise; the one that is open already is gone back to. */
  open(exercise: Exercise, { start = 'brief', guided = false, at, replay }: Opening = {}): void {
    this.#opening = null;
    this.#wanted = null;
    this.#overlays.clear();
    this.#atHome = false;
    if (replay === undefined && this.#visit?.session.exercise.hash === exercise.hash) {
      this.onChange();
      return;
    }
    this.#visit?.end();
    this.#visit = null;
    this.#guided = guided;
    this.#step = '';
    this.#expected = replay?.fingerprint ?? null;
    const { progress, engine, ticker, now } = this.tools;
    this.#visit = new Visit({
      ...{
        exercise,
        start,
        progress,
        engine,
        ticker,
        now,
        ...(at !== undefined && { at }),
        ...(replay && { replay }),
      },
      onChange: () => this.#followed(),
    });
    this.#followed();
  }

  endGuide(): void {
    this.#guided = false;
  }

  wear(palette: Palette): void {
    const { glyphs, reducedMotion } = this.#theme;
    this.#theme = themeOf({ palette, glyphs: glyphs.set, reducedMotion });
    this.onChange();
  }

  resize(size: Size): void {
    this.#size = size;
    this.onChange();
  }

  quit(code: number): void {
    this.#visit?.end();
    this.#visit = null;
    this.tools.exit(code);
  }

  // Keys

  /** One key, by its name. */
  press(key: string): void {
    if (key === 'ctrl-c') {
      this.quit(130);
      return;
    }
    if (this.#prompt) {
      this.#typed(this.#prompt, key);
      return;
    }
    const action = this.keys.bindings.actionFor(this.screen, key);
    if (this.#message !== '') {
      this.#message = '';
      this.onChange();
    }
    if (action) this.do(action);
  }

  do(action: Action): void {
    const listener = this.keys.listener;
    const reason = this.why(action.id);
    if (reason !== null) {
      this.say(`Not now: ${reason}.`);
      return;
    }
    if (!does(this, action) && listener?.screen === this.screen) listener.act(action);
  }

  /** Why an action cannot be done now; null: it can. */
  why(id: ActionId): string | null {
    const listener = this.keys.listener;
    return this.#blocked(id) ?? (listener?.screen === this.screen ? listener.why : NEVER)(id);
  }

  #blocked(id: ActionId): string | null {
    return this.#visit === null ? null : commonWhy(this.#visit.session, id);
  }

  showHelp(): void {
    const { screen } = this;
    if (screen === 'help') return;
    const rows = helpRows(this.keys.bindings, screen, (id) => this.why(id));
    this.show({ kind: 'help', screen, rows });
  }

  askCommand(): void {
    const { screen } = this;
    const { bindings } = this.keys;
    this.ask(
      commandQuestion(bindings, screen, this.tools.exercises, (answer) => {
        if ('problem' in answer) this.say(answer.problem);
        else this.do(answer);
      }),
    );
  }

  #typed(prompt: Prompt, key: string): void {
    const next = prompted(prompt, key);
    this.#prompt = next.type === 'open' ? next.prompt : null;
    if (next.type === 'closed') prompt.question.onChange?.('');
    else if (next.prompt.typed !== prompt.typed) next.prompt.question.onChange?.(next.prompt.typed);
    this.onChange();
    if (next.type === 'answered') next.prompt.question.onAnswer(next.prompt.typed);
  }

  #openNext(): void {
    const { exercises } = this.tools;
    const here = exercises.findIndex(({ id }) => id === this.#visit?.session.exercise.id);
    const next = exercises[here + 1];
    if (next === undefined) this.goHome();
    else this.openFile(next.path);
  }

  /** A universe is watched with the design that was graded, or compared, in it. */
  #watch(seed: string): void {
    this.#overlays.clear();
    this.send({ type: 'watch', seed });
  }

  /** The loop has moved: a screen that is entered begins anew, and a story is told by itself. */
  #followed(): void {
    const visit = this.#visit;
    if (visit === null) return;
    const { step } = visit;
    const { error } = visit.session;
    if (step !== this.#step) {
      // What is found out on the way, such as what would have been, does not begin the screen anew.
      if (this.#step === '' || screenOf(step) !== screenOf(this.#step)) this.#states.delete(screenOf(step));
      this.#step = step;
      if (step === 'briefing') {
        visit.send({ type: 'next' });
        return;
      }
      if (step === 'observing' && this.#guided) visit.player?.send({ type: 'play' });
      const expectation = step === 'observing' ? expectationWords(visit.session) : '';
      if (expectation !== '') this.say(expectation);
    }
    const fingerprint = visit.session.observation?.run.fingerprint;
    if (this.#expected !== null && fingerprint !== undefined) {
      const same = fingerprint === this.#expected;
      this.#expected = null;
      this.say(same ? 'Repeated: this is the run in the file, to the last bit.' : DIFFERENT);
    }
    if (error !== null && error !== undefined) {
      visit.send({ type: 'told' });
      this.say(error instanceof Error ? error.message : String(error));
    }
    this.onChange();
  }
}
