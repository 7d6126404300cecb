import type { Overlay } from './overlay.ts';

/** What lies over the screen, one above the other; whoever plays on one stops when it is taken away. */
export class Overlays {
  #stack: readonly Overlay[] = [];

  get top(): Overlay | undefined {
    return this.#stack.at(-1);
  }

  push(overlay: Overlay): void {
    this.#stack = [...this.#stack, overlay];
  }

  /** Takes the topmost away; false where there was none. */
  pop(): boolean {
    const { top } = this;
    if (top === undefined) return false;
    this.#stack = this.#stack.slice(0, -1);
    if (top.kind === 'both') top.player.stop();
    return true;
  }

  clear(): void {
    while (this.pop());
  }
}
