/** Istio's default trust domain, and where a world's services live in it. */
const TRUST_DOMAIN = 'cluster.local';
const NAMESPACE = 'default';

/**
 * The SPIFFE ID that a workload's certificate carries in its URI SAN: `spiffe://cluster.local/ns/default/sa/payment`.
 *
 * One service account for each service or client, named after it. Source: Istio, "Security", after the SPIFFE-ID
 * standard.
 */
export const spiffeId = (workload: string): string =>
  `spiffe://${TRUST_DOMAIN}/ns/${NAMESPACE}/sa/${workload}`;
