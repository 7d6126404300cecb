import { type Command, EXIT } from './command.ts';
import type { Finding } from './finding.ts';

const OLDEST_NODE = [20, 19] as const;

/** What is needed for Brownout to work, and whether it is there. */
export const doctor: Command = {
  usage: 'doctor',
  summary: 'Check this machine',
  about:
    'Looks at Node.js, the terminal and the files, and whether runs repeat exactly. Exits with 1 where something would not work. Its text is a good thing to send with a question.',
  examples: [['brownout doctor', 'when something behaves strangely']],
  async run({ out }) {
    const { packageVersion } = await import('./version.ts');
    const { ENGINE_VERSION } = await import('../sim/run.ts');
    const { sameness } = await import('./doctor-sameness.ts');
    const findings: Finding[] = [
      node(),
      terminal(),
      await documents(),
      await progressFiles(),
      ...(await sameness()),
    ];
    out.say(`Brownout ${packageVersion()}, engine ${ENGINE_VERSION}, ${process.platform} ${process.arch}.`);
    for (const { name, ok, detail } of findings) out.say(`${ok ? 'OK' : 'WRONG'}: ${name}. ${detail}`);
    const ok = findings.every((finding) => finding.ok);
    out.say(ok ? 'All is well.' : 'Something is wrong; see above.');
    out.document('doctor', {
      ok,
      version: packageVersion(),
      engine: ENGINE_VERSION,
      node: process.version,
      platform: process.platform,
      arch: process.arch,
      findings,
    });
    return ok ? EXIT.ok : EXIT.failed;
  },
};

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return {
    name: 'Node.js',
    ok,
    detail: `Version ${process.versions.node}; ${OLDEST_NODE.join('.')} or newer is needed.`,
  };
}

function terminal(): Finding {
  const { stdin, stdout, env } = process;
  const both = stdin.isTTY === true && stdout.isTTY === true;
  const size = stdout.isTTY ? `${stdout.columns} columns, ${stdout.rows} rows` : 'no terminal';
  const detail = `${size}, TERM ${env['TERM'] ?? 'not set'}. ${both ? 'Exercises can be played.' : 'Without a terminal at both ends, exercises are told instead of played.'}`;
  return { name: 'Terminal', ok: true, detail };
}

async function documents(): Promise<Finding> {
  const { assetFolder } = await import('../scenarios/data-folder.ts');
  const { listExercises, loadExercise } = await import('../scenarios/load.ts');
  try {
    const exercises = listExercises().map(({ path }) => loadExercise(path));
    return { name: 'Exercises', ok: true, detail: `${exercises.length} in ${assetFolder('exercises')}.` };
  } catch (error) {
    return { name: 'Exercises', ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function progressFiles(): Promise<Finding> {
  const { accessSync, constants, existsSync } = await import('node:fs');
  const { dirname } = await import('node:path');
  const { stateFolder } = await import('../progress/paths.ts');
  const folder = stateFolder(process.env);
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    accessSync(there, constants.W_OK);
    return { name: 'Progress', ok: true, detail: `Kept in ${folder}.` };
  } catch {
    return {
      name: 'Progress',
      ok: false,
      detail: `${folder} cannot be written; progress is lost when you leave.`,
    };
  }
}
