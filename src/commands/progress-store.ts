import { stateFolder } from '../progress/paths.ts';
import { ProgressStore } from '../progress/store.ts';
import type { Output } from './output.ts';

/** The learner's progress; what is to be known about its files is said aside. */
export function progressStore(out: Output): ProgressStore {
  const store = new ProgressStore(stateFolder(process.env));
  for (const notice of store.takeNotices()) out.aside(`Note: ${notice}`);
  return store;
}
