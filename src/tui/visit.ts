import type { Observable } from 'rxjs';
import { type Actor, createActor } from 'xstate';
import type { Engine, Observation } from '../play/engine.ts';
import type { flowMachine } from '../play/flow.machine.ts';
import { flowWith } from '../play/flow.ts';
import type { FlowEvent, FlowNews, Start } from '../play/flow-events.ts';
import { historyOf } from '../play/history.ts';
import type { Notes } from '../play/notes.ts';
import { Player } from '../play/player.ts';
import { start as atStart, type Position } from '../play/position.ts';
import { type Session, sessionOf } from '../play/session.ts';
import { trackOf } from '../play/track.ts';
import { lastPlace } from '../progress/fold.ts';
import { entriesOf, rememberedOf } from '../progress/journal.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { breakRecords } from '../words/narration.ts';
import type { Replay } from './beginning.ts';
import { isHidden, isUntouched } from './common.ts';
import { stepOf } from './steps.ts';

/** How far long work has come. */
export interface Work {
  /** Runs that are done, of so many; a single run is not counted, and then both are 0. */
  readonly done: number;
  readonly total: number;
  /** When it began, in milliseconds of the wall clock. */
  readonly since: number;
  /** How long it takes, as far as the last of its kind tells; null where there was none. */
  readonly expected: number | null;
}

/** What a visit needs from the program around it. */
export interface VisitAsk {
  readonly exercise: Exercise;
  readonly start: Start;
  readonly progress: ProgressStore;
  readonly engine: Engine;
  /** Elapsed microseconds while the player plays. */
  readonly ticker: Observable<number>;
  /** Where in the first run the player stands; else before its first event. */
  readonly at?: number;
  /** What to begin with instead of what is remembered. */
  readonly replay?: Replay;
  readonly now: () => number;
  readonly onChange: () => void;
}

/** Milliseconds between two looks at work that is not done. */
const RENEWED = 200;

const NEWS: readonly FlowNews['type'][] = ['attempted', 'graded', 'hinted', 'answered', 'decided'];

/** One exercise that is open: its learning loop, the player over its run, and what is written down of it. */
export class Visit {
  readonly #flow: Actor<typeof flowMachine>;
  readonly #ask: VisitAsk;
  readonly #ends: (() => void)[] = [];
  #player: Player | null = null;
  #watched: Observation | null = null;
  #work: Work | null = null;
  #lastRun: number | null = null;
  #clock: NodeJS.Timeout | undefined;
  #notes: Notes = new Map();

  constructor(ask: VisitAsk) {
    const { exercise, start, progress, engine, onChange } = ask;
    this.#ask = ask;
    const machine = flowWith(engine, { onProgress: (done, total) => this.#progressed(done, total) });
    const session = replayed(sessionOf(exercise, rememberedOf(progress, exercise.id)), ask.replay);
    this.#flow = createActor(machine, { input: { session, start } });
    for (const type of NEWS) this.#ends.push(this.#flow.on(type, (news) => this.#keep(news)).unsubscribe);
    const watching = this.#flow.subscribe(() => {
      this.#moved();
      onChange();
    });
    this.#ends.push(() => watching.unsubscribe());
    this.#flow.start();
    this.#lookUp();
  }

  get session(): Session {
    return this.#flow.getSnapshot().context;
  }

  get step(): string {
    return stepOf(this.#flow.getSnapshot());
  }

  get player(): Player | null {
    return this.#player;
  }

  /** Null while nothing is counted. */
  get work(): Work | null {
    return this.#work;
  }

  /** What is known of the options; nothing until it has been looked up. */
  get notes(): Notes {
    return this.#notes;
  }

  send(event: FlowEvent): void {
    this.#flow.send(event);
  }

  /** Writes down at which event somebody stands, so that they can come back to it. */
  leave(): void {
    const record = this.#player?.send({ type: 'pause' }).record ?? -1;
    const { exercise, choices } = this.session;
    if (this.step !== 'observing' || record < 0 || !isUntouched(this.session) || isHidden(this.session))
      return;
    const { progress } = this.#ask;
    if (lastPlace(progress.entries)?.record === record) return;
    progress.add({ type: 'place', exercise: exercise.id, step: 'observe', choices: choices.now, record });
  }

  end(): void {
    this.leave();
    for (const end of this.#ends) end();
    this.#flow.stop();
    this.#player?.stop();
    clearInterval(this.#clock);
  }

  #lookUp(): void {
    const { engine, exercise, onChange } = this.#ask;
    const found = engine.notes(exercise);
    if (!(found instanceof Promise)) {
      this.#notes = found;
      return;
    }
    const keep = (notes: Notes) => {
      this.#notes = notes;
      onChange();
    };
    found.then(keep, () => {}); // the thread was stopped; the notes are then missed, and nothing else
  }

  #progressed(done: number, total: number): void {
    this.#work = { since: this.#ask.now(), expected: null, ...this.#work, done, total };
    this.#ask.onChange();
  }

  /** While the loop waits for work, what is shown of it is renewed a few times a second. */
  #timed(busy: boolean): void {
    const { now, onChange } = this.#ask;
    if (busy === (this.#work !== null)) return;
    if (busy) {
      this.#work = { done: 0, total: 0, since: now(), expected: this.#lastRun };
      this.#clock = setInterval(onChange, RENEWED);
    } else {
      if (this.#work?.total === 0) this.#lastRun = now() - this.#work.since;
      this.#work = null;
      clearInterval(this.#clock);
    }
  }

  #keep(news: FlowNews): void {
    // A run that is only shown again, for somebody who comes back, was counted when it was made.
    const again = this.#ask.start === 'watch' && news.type === 'attempted' && news.attempt.number === 1;
    const first = this.#ask.progress.entries.length === 0;
    if (!again || first) for (const entry of entriesOf(news)) this.#ask.progress.add(entry);
  }

  /** Follows the flow: a new run gets a player, and finished work is forgotten. */
  #moved(): void {
    const snapshot = this.#flow.getSnapshot();
    this.#timed(snapshot.status === 'active' && !snapshot.hasTag('open'));
    const { observation } = snapshot.context;
    if (observation === null || observation === this.#watched) return;
    const from = this.#placeIn(observation);
    this.#player?.stop();
    this.#player = playerOver(observation, this.#ask.ticker, from);
    this.#watched = observation;
  }

  /** Up to the moment of a change a run is as it was before: whoever changed it stays where they were. */
  #placeIn(observation: Observation): Position {
    const before = this.#watched;
    const here = this.#player?.position;
    if (before === null || here === undefined) {
      const record = Math.min(this.#ask.at ?? -1, observation.run.record.length - 1);
      return record < 0 ? atStart : { ...atStart, record, at: observation.run.record.timeAt(record) };
    }
    const same =
      before.ask.seed === observation.ask.seed &&
      observation.ask.interventions.length > 0 &&
      JSON.stringify(before.ask.choices) === JSON.stringify(observation.ask.choices);
    if (!same) return { ...atStart, speed: here.speed, auto: here.auto, halting: here.halting };
    return { ...here, record: Math.min(here.record, observation.run.record.length - 1), playing: false };
  }
}

/** A session that begins with a run that somebody has seen. */
function replayed(session: Session, replay: Replay | undefined): Session {
  if (replay === undefined) return session;
  const { choices, seed, interventions } = replay;
  return { ...session, seed, interventions, choices: historyOf(choices) };
}

function playerOver(observation: Observation, ticker: Observable<number>, from: Position): Player {
  const beats = observation.beats.map(({ record }) => record);
  return new Player(trackOf(observation.run, beats, breakRecords(observation)), ticker, from);
}
