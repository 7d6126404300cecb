interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

/** The newest epoch of a log that is not newer than one that is asked for, and the offset after its last record. */
export interface EpochEnd {
  /** -1: the log has none so old. */
  readonly epoch: number;
  readonly endOffset: number;
}

/** Which leader's reign each offset of a log is from: how replicas find out where they part (KIP-101). */
export class EpochCache {
  readonly #starts: EpochStart[] = [];

  /** The newest epoch in the log; -1 where it is empty. */
  get latest(): number {
    return this.#starts.at(-1)?.epoch ?? -1;
  }

  /** Notes that an offset was written in an epoch. */
  assign(epoch: number, offset: number): void {
    if (epoch > this.latest) this.#starts.push({ epoch, startOffset: offset });
  }

  /** The largest epoch up to `epoch` that the log knows, and the offset after its last record. */
  endOf(epoch: number, logEnd: number): EpochEnd {
    let found = -1;
    let endOffset = logEnd;
    for (const start of this.#starts) {
      if (start.epoch > epoch) {
        endOffset = start.startOffset;
        break;
      }
      found = start.epoch;
    }
    if (found < 0) return { epoch: -1, endOffset: this.#starts[0]?.startOffset ?? logEnd };
    return { epoch: found, endOffset };
  }

  truncate(offset: number): void {
    while ((this.#starts.at(-1)?.startOffset ?? -1) >= offset) this.#starts.pop();
  }
}
