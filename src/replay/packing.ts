/** Writes numbers and bytes as symbols of five bits. */
export class Packer {
  readonly symbols: number[] = [];

  /** A whole number below 2 to the power of `5 * width`. */
  fixed(value: number, width: number): void {
    const symbols: number[] = [];
    for (let rest = value; symbols.length < width; rest = Math.floor(rest / 32)) symbols.unshift(rest % 32);
    this.symbols.push(...symbols);
  }

  /** Any whole number from 0: four bits a symbol, the fifth says that more follow. */
  number(value: number): void {
    const low = value % 16;
    const rest = Math.floor(value / 16);
    this.symbols.push(rest > 0 ? low + 16 : low);
    if (rest > 0) this.number(rest);
  }

  /** Bytes after their number, eight symbols for five bytes. */
  bytes(bytes: Uint8Array): void {
    this.number(bytes.length);
    let held = 0;
    let bits = 0;
    for (const byte of bytes) {
      held = (held << 8) | byte;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        this.symbols.push((held >> bits) & 31);
      }
      held &= (1 << bits) - 1;
    }
    if (bits > 0) this.symbols.push((held << (5 - bits)) & 31);
  }
}

/** The symbols ended, or held a number too large to be meant. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
}

/** Reads what `Packer` wrote. */
export class Unpacker {
  readonly #symbols: readonly number[];
  #at = 0;

  constructor(symbols: readonly number[]) {
    this.#symbols = symbols;
  }

  get rest(): number {
    return this.#symbols.length - this.#at;
  }

  fixed(width: number): number {
    let value = 0;
    for (let place = 0; place < width; place++) value = value * 32 + this.#next();
    return value;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 16) {
      const symbol = this.#next();
      value += (symbol % 16) * scale;
      if (!Number.isSafeInteger(value)) throw new UnpackError('a number in it is too large');
      if (symbol < 16) return value;
    }
  }

  bytes(): Uint8Array {
    const length = this.number();
    if (length * 8 > this.rest * 5 + 4) throw new UnpackError('it ends too early');
    const bytes = new Uint8Array(length);
    let held = 0;
    let bits = 0;
    for (let i = 0; i < length; i++) {
      while (bits < 8) {
        held = ((held << 5) | this.#next()) & 0xfff;
        bits += 5;
      }
      bits -= 8;
      bytes[i] = (held >> bits) & 255;
    }
    return bytes;
  }

  #next(): number {
    const symbol = this.#symbols[this.#at++];
    if (symbol === undefined) throw new UnpackError('it ends too early');
    return symbol;
  }
}
