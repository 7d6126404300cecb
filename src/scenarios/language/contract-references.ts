import { FIRST_GENERATION } from '../../sim/contracts/generation.ts';
import { checkFormat } from './contract-formats.ts';
import { checkOperation } from './operation-reference.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Looks up what contracts are about, and which of them services speak and read. */
export function checkContracts(view: WorldView): void {
  const { contracts } = view.world;
  for (const [name, contract] of Object.entries(contracts)) {
    const { channel, operation } = contract;
    const path: Path = ['contracts', name];
    checkFormat(view, contract, path);
    if ((channel === null) === (operation === null))
      view.wrong(
        'contract',
        view.keyAt(path),
        `The contract \`${name}\` needs either a \`channel\`, for messages, or an \`operation\`, for answers.`,
      );
    if (operation !== null) checkOperation(view, operation, [...path, 'operation']);
    if (channel !== null && !view.channels().includes(channel))
      view.missing('unknown-channel', 'channel', channel, view.at([...path, 'channel']), view.channels());
  }
  for (const [owner, { part, service }] of view.owners) {
    for (const [version, { speaks, reads, adapters }] of [
      ['', service] as const,
      ...Object.entries(service.versions),
    ]) {
      const path: Path = version === '' ? [part, owner] : [part, owner, 'versions', version];
      for (const [contract, generation] of Object.entries(speaks)) {
        const found = known(view, contract, [...path, 'speaks', contract]);
        const generations = [FIRST_GENERATION, ...Object.keys(found?.versions ?? {})];
        if (found && !generations.includes(generation))
          view.missing(
            'unknown-generation',
            `generation of \`${contract}\` called`,
            generation,
            view.at([...path, 'speaks', contract]),
            generations,
          );
      }
      for (const contract of Object.keys(adapters)) {
        const here: Path = [...path, 'adapters', contract];
        if (known(view, contract, here) && !Object.hasOwn(reads, contract))
          view.wrong(
            'adapter',
            view.keyAt(here),
            `\`${owner}\` translates \`${contract}\` and does not read it.`,
            `name it under \`reads\`: { ${contract}: all }`,
          );
      }
      for (const [contract, fields] of Object.entries(reads)) {
        const found = known(view, contract, [...path, 'reads', contract]);
        const all = found
          ? new Set([found, ...Object.values(found.versions)].flatMap((each) => Object.keys(each.fields)))
          : new Set<string>();
        for (const [at, field] of (found && fields !== 'all' ? fields : []).entries())
          if (!all.has(field))
            view.missing(
              'unknown-field',
              `field of \`${contract}\` called`,
              field,
              view.at([...path, 'reads', contract, at]),
              all,
            );
      }
    }
  }
}

function known(view: WorldView, contract: string, path: Path) {
  const { contracts } = view.world;
  const found = Object.hasOwn(contracts, contract) ? contracts[contract] : undefined;
  if (!found)
    view.missing('unknown-contract', 'contract', contract, view.keyAt(path), Object.keys(contracts));
  return found;
}
