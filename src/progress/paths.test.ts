import { expect, test } from 'vitest';
import { stateFolder } from './paths.ts';

test('BROWNOUT_HOME wins over everything', () => {
  expect(stateFolder({ BROWNOUT_HOME: '/b', XDG_STATE_HOME: '/s', HOME: '/h' }, 'linux')).toBe('/b');
});

test('follows the XDG specification, and ignores a relative path as it demands', () => {
  expect(stateFolder({ XDG_STATE_HOME: '/s', HOME: '/h' }, 'linux')).toBe('/s/brownout');
  expect(stateFolder({ XDG_STATE_HOME: 's', HOME: '/h' }, 'linux')).toBe('/h/.local/state/brownout');
  expect(stateFolder({ HOME: '/h' }, 'linux')).toBe('/h/.local/state/brownout');
});
