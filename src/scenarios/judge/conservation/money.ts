import type { Fact } from '../../../sim/run.ts';
import type { RunView } from '../view.ts';
import { counted } from '../words.ts';
import type { Law } from './law.ts';

/** What came in and went out for one entity. */
interface Account {
  readonly subject: string;
  in: number;
  out: number;
  readonly records: number[];
  lastAt: number;
}

/** What is given back was taken before, and amounts are whole and not negative. */
export const money: Law = {
  need: 'money is conserved: for each entity refunded <= charged, in whole amounts that are not negative',
  *judge(view) {
    const accounts = new Map<string, Account>();
    let amounts = 0;
    for (const fact of view.run.facts) {
      const { amount } = fact.fields;
      if (typeof amount === 'number') {
        amounts++;
        if (!Number.isSafeInteger(amount) || amount < 0) yield wrongAmount(view, fact, amount);
      }
      if (fact.name === 'charged' || fact.name === 'refunded') enter(accounts, view, fact);
    }
    for (const { subject, in: taken, out, records, lastAt } of accounts.values()) {
      if (out <= taken) continue;
      yield { message: `${subject}: ${out} refunded, only ${taken} charged`, subject, at: lastAt, records };
    }
    return `${counted(amounts, 'amount')}, ${counted(accounts.size, 'account')}`;
  },
};

function wrongAmount(view: RunView, { record, at, name }: Fact, amount: number) {
  const subject = view.subjectOf(record);
  return { message: `${subject ?? name}: ${name} with the amount ${amount}`, subject, at, records: [record] };
}

/** A fact without an amount counts as one unit. */
function enter(accounts: Map<string, Account>, view: RunView, { record, at, name, fields }: Fact): void {
  const subject = view.subjectOf(record);
  if (subject === null) return;
  const account = accounts.get(subject) ?? { subject, in: 0, out: 0, records: [], lastAt: at };
  accounts.set(subject, account);
  const amount = typeof fields.amount === 'number' ? fields.amount : 1;
  if (name === 'charged') account.in += amount;
  else account.out += amount;
  account.records.push(record);
  account.lastAt = at;
}
