/** Which layer may know which. Arrows point down: commands, tui -> scenarios, exporters -> sim -> sim/kernel. */
const layer = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: to },
});

module.exports = {
  forbidden: [
    layer(
      'kernel-knows-nothing',
      'The kernel would be as useful for a car wash.',
      '^src/sim/kernel',
      '^src/(?!sim/kernel)',
    ),
    layer(
      'sim-knows-no-lesson',
      'A simulation that knew the exercise could behave differently in one.',
      '^src/sim',
      '^src/(scenarios|exporters|tui|commands|play|cli)',
    ),
    layer(
      'scenarios-know-no-screen',
      'The judge must not depend on how it is shown.',
      '^src/scenarios',
      '^src/(tui|commands|play|cli)',
    ),
    layer(
      'play-knows-no-terminal',
      'The learning loop is shared by every front end.',
      '^src/play',
      '^src/(tui|commands|plain|cli)',
    ),
    layer(
      'words-know-no-terminal',
      'The same sentences stand on screens and in plain text.',
      '^src/words',
      '^src/(tui|commands|plain|cli)',
    ),
    layer(
      'ink-only-on-screens',
      'Whoever does not open the screens must not load what draws them.',
      '^src/(?!tui)',
      'node_modules/(ink|react|@dagrejs)/',
    ),
    layer(
      'exporters-are-pure',
      'An exporter is a function from a run to text.',
      '^src/exporters',
      '^src/(tui|commands|play|plain|cli)',
    ),
    layer(
      'no-async-libraries-in-sim',
      'Nothing under sim awaits or watches.',
      '^src/sim',
      'node_modules/(rxjs|ink|react|commander)/',
    ),
    layer(
      'no-node-in-sim',
      'A run may read no file, clock or environment.',
      '^src/sim',
      '^(node:|fs$|path$|os$|crypto$|worker_threads$|child_process$)',
    ),
    layer(
      'faults-do-not-meet',
      'A fault is one file; faults meet only in the world they break.',
      '^src/sim/faults/(?!index|fault\\.ts|site\\.ts|targets\\.ts)',
      '^src/sim/faults/(?!fault\\.ts|site\\.ts|targets\\.ts)',
    ),
    layer(
      'steps-do-not-meet',
      'A verb is one file.',
      '^src/sim/service/steps/(?!index|step)',
      '^src/sim/service/steps/(?!step\\.ts)',
    ),
    layer(
      'checks-do-not-meet',
      'A check is one file.',
      '^src/scenarios/judge/checks/(?!index|check)',
      '^src/scenarios/judge/checks/(?!check\\.ts)',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
