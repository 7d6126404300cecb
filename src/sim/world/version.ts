/** What a service is called as it is written, before anything is deployed. */
export const FIRST_VERSION = 'v1';
