// Runs the checks that need no test runner side by side, and shows what each of them said once it has ended.
import { spawn } from 'node:child_process';

// The rules of the layers are held by a test, which reads the modules anyway.
const CHECKS = ['types', 'lint', 'unused'];

/** Resolves to the exit code of one npm script. */
function run(script) {
  return new Promise((resolve) => {
    // One command line, since on Windows npm is no program of its own.
    const child = spawn(`npm run --silent ${script}`, { shell: true });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
    child.on('close', (code) => {
      process.stdout.write(`${script}: ${code === 0 ? 'ok' : 'failed'}\n`);
      process.stdout.write(Buffer.concat(said));
      resolve(code ?? 1);
    });
  });
}

const codes = await Promise.all(CHECKS.map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
