import type { Balancer } from './balancer.ts';

/** Any host, each as likely as the next. */
export const random: Balancer = {
  pick: (hosts, { draw }) => hosts[Math.floor(draw(0) * hosts.length)]!, // a draw is below 1
};
