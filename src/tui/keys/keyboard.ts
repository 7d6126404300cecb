import type { Keyboard, Listener } from '../screens/screen.ts';
import type { Bindings } from './bindings.ts';

/** The keyboard that screens announce themselves to; the root asks it who listens now. */
export class Keys implements Keyboard {
  readonly bindings: Bindings;
  #listener: Listener | null = null;

  constructor(bindings: Bindings) {
    this.bindings = bindings;
  }

  get listener(): Listener | null {
    return this.#listener;
  }

  listen(listener: Listener): void {
    this.#listener = listener;
  }
}
