/** Which calls matter most, by the names of their boundaries. */

/** Writes to the cloud, and to Kubernetes those that guard them. */
export const critical =
  /: (cloud (?!GET|POST token|POST resources\/search)|kube (apply endpointgateways\/status \[(intent|recreate)\]|patch ))/;

/** What only asks leaves nothing behind: whether an operator dies before it or after makes no difference. */
export const reading = /: (cloud (GET|POST token|POST resources\/search)|kube (get|list|watch)) /;
