/** What a receipt handle says: one receive of one copy in one queue. */
export interface Receipt {
  readonly queue: string;
  readonly copy: number;
  /** Which of the copy's receives, from 1. */
  readonly receive: number;
}

const FORM = /^([^#]+)#(\d+)#(\d+)$/;

/** The handle of a receive; clients must not look into it. */
export const handleOf = ({ queue, copy, receive }: Receipt): string => `${queue}#${copy}#${receive}`;

/** What a handle stands for; undefined where it is none. */
export function receiptOf(handle: string): Receipt | undefined {
  const parts = FORM.exec(handle);
  if (!parts) return undefined;
  return { queue: parts[1]!, copy: Number(parts[2]), receive: Number(parts[3]) }; // the form has three groups
}
