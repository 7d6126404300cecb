const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = littleEndian ? 0 : 1;
const HIGH = 1 - LOW;
/** Stands for the upper word of every NaN, whose bits differ between machines. */
const NAN_WORD = 0x7ff8_0000;

/** 64 bits, in two lanes, that change if anything absorbed so far changes. */
export class Fingerprint {
  #a = 0x6a09_e667;
  #b = 0x3c6e_f372;

  /** A second one in the same state. */
  copy(): Fingerprint {
    const copy = new Fingerprint();
    copy.#a = this.#a;
    copy.#b = this.#b;
    return copy;
  }

  /** Mixes one event in. Of all but `time` and `value` the low 32 bits count. */
  absorb(
    time: number,
    kind: number,
    place: number,
    peer: number,
    subject: number,
    cause: number,
    span: number,
    value: number,
    detail: number,
  ): void {
    const timeLow = time | 0;
    const timeHigh = (time / 0x1_0000_0000) | 0;
    let valueLow = value | 0;
    let valueHigh = 0;
    if (valueLow !== value) {
      double[0] = value;
      const isNumber = !Number.isNaN(value);
      valueLow = isNumber ? words[LOW]! : 0;
      valueHigh = isNumber ? words[HIGH]! : NAN_WORD;
    }
    // Sums of products, unlike a chain of them, can be computed side by side.
    this.#turn(
      (Math.imul(timeLow, 0x9e37_79b1) + Math.imul(timeHigh, 0x85eb_ca77)) ^
        (Math.imul(kind, 0xc2b2_ae3d) + Math.imul(place, 0x27d4_eb2f)) ^
        (Math.imul(peer, 0x1656_67b1) + Math.imul(subject, 0xd3a2_646d)) ^
        (Math.imul(cause, 0xfd70_46c5) + Math.imul(span, 0xb55a_4f09)) ^
        (Math.imul(valueLow, 0xe703_7ed1) + Math.imul(valueHigh, 0x8bb8_4b93)) ^
        Math.imul(detail, 0x4cf5_ad43),
      (Math.imul(timeLow, 0xcc9e_2d51) + Math.imul(valueHigh, 0x1b87_3593)) ^
        (Math.imul(kind, 0xe654_6b65) + Math.imul(detail, 0x3c6e_f373)) ^
        (Math.imul(place, 0xa54f_f53b) + Math.imul(cause, 0x510e_527f)) ^
        (Math.imul(subject, 0x9b05_688d) + Math.imul(peer, 0x1f83_d9ab)) ^
        (Math.imul(span, 0x5be0_cd19) + Math.imul(timeHigh, 0xcbbb_9d5d)) ^
        Math.imul(valueLow, 0x629a_292b),
    );
  }

  /** Mixes a text in. */
  absorbText(text: string): void {
    this.#turn(text.length, ~text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.#turn(unit, ~unit);
    }
  }

  /** The state as 16 hexadecimal digits, after a last mixing with the number of things absorbed. */
  digest(count: number): string {
    const last = this.copy();
    for (let round = 0; round < 4; round++) last.#turn(last.#b ^ count, last.#a);
    return hex(last.#a) + hex(last.#b);
  }

  #turn(wordA: number, wordB: number): void {
    const a = Math.imul(this.#a ^ wordA, 0x9e37_79b1);
    this.#a = a ^ (a >>> 15);
    const b = Math.imul(this.#b + wordB, 0x85eb_ca77) ^ wordB;
    this.#b = b ^ (b >>> 13);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
