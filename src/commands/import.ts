import { type Command, EXIT } from './command.ts';

/** Istio's own resources as settings of a world's mesh. */
export const importMesh: Command = {
  usage: 'import <file>',
  summary: 'Write Istio resources as settings for a mesh',
  about:
    'Reads VirtualServices and DestinationRules and prints what to write into a world. What is not modelled stands above it, as comments.',
  examples: [
    ['brownout import reviews.yaml', 'one file with one or more resources'],
    ['kubectl get vs,dr -o yaml | brownout import -', 'what runs in your cluster'],
  ],
  async run({ args: [path = ''], out }) {
    const { stringify } = await import('yaml');
    const { importIstio } = await import('../scenarios/import-istio.ts');
    const { readInput } = await import('./reading.ts');
    const { mesh, warnings } = importIstio(readInput(path), path);
    for (const warning of warnings) out.show(`# not modelled, and left out: ${warning}`);
    out.show(stringify({ mesh }).trimEnd());
    out.document('import', { mesh, warnings });
    return EXIT.ok;
  },
};
