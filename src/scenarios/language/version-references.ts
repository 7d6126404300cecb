import { SHARED_BY_VERSIONS } from '../../sim/world/schema/service.ts';
import { FIRST_VERSION } from '../../sim/world/version.ts';
import type { WorldView } from './world-view.ts';

/** Holds the versions of services against what a version may change, and deployments against what there is to deploy. */
export function checkVersions(view: WorldView): void {
  for (const [name, { part, service }] of view.owners) {
    for (const [version, release] of Object.entries(service.versions)) {
      const path = [part, name, 'versions', version];
      if (version === FIRST_VERSION)
        view.wrong(
          'first-version',
          view.keyAt(path),
          `\`${FIRST_VERSION}\` is \`${name}\` as it is written; give this version another name.`,
        );
      for (const setting of SHARED_BY_VERSIONS) {
        if (JSON.stringify(release[setting]) !== JSON.stringify(service[setting]))
          view.wrong(
            'shared-setting',
            view.keyAt([...path, setting]),
            `All versions of \`${name}\` share \`${setting}\`; a version may not change it.`,
          );
      }
    }
  }
  for (const [id, { kind, target, settings }] of Object.entries(view.world.chaos)) {
    if (kind !== 'deploy') continue;
    const service = view.owners.get(target)?.service;
    const to = String(settings['to']);
    const known = [FIRST_VERSION, ...Object.keys(service?.versions ?? {})];
    if (service && !known.includes(to))
      view.missing(
        'unknown-version',
        `version of \`${target}\` called`,
        to,
        view.at(['chaos', id, 'to']),
        known,
      );
  }
}
