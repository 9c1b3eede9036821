// Generated from crds/endpointgateways.yaml by `npm run generate`; do not edit.

/** The names under which the API server serves EndpointGateway objects. */
export const endpointGatewayType = {
  group: 'vpe-operator.io',
  version: 'v1alpha1',
  plural: 'endpointgateways',
  kind: 'EndpointGateway',
  shortNames: ['epg'],
} as const;

/**
 * What the gateway shall be.
 */
export interface EndpointGatewaySpec {
  /**
   * The IBM Cloud account, by its name in the operator's configuration. Accounts belong to the operator's owner; an account may be closed to this namespace.
   */
  readonly account: string;
  /**
   * The region of the VPC, such as us-south.
   */
  readonly region: string;
  readonly vpc: EndpointGatewaySpecVpc;
  readonly target: EndpointGatewaySpecTarget;
  /**
   * The gateway's name in the cloud, unique in its VPC. When absent it is derived from the namespace, the object's name and a short hash.
   */
  readonly name?: string;
  /**
   * Security groups of the gateway, one to five. When absent the gateway gets the VPC's default security group and its groups are not managed.
   *
   * @maxItems 5
   */
  readonly securityGroups?: readonly EndpointGatewaySpecSecurityGroupsItem[];
  /**
   * The gateway's addresses, at most one a zone. When absent, addresses are not managed: the gateway begins with none and they can be bound later.
   *
   * @maxItems 3
   */
  readonly ips?: readonly EndpointGatewaySpecIpsItem[];
  /**
   * What happens to the gateway when this object is deleted: Delete (the default for a gateway that the operator created), or Retain, which leaves it in the cloud without our ownership tag.
   */
  readonly deletionPolicy?: 'Delete' | 'Retain';
  /**
   * Whether the operator leaves the gateway alone until told otherwise (state Paused).
   */
  readonly suspend: boolean;
}

/**
 * The VPC that gets the gateway, by exactly one of its id and its name.
 */
export interface EndpointGatewaySpecVpc {
  /**
   * The VPC's id.
   */
  readonly id?: string;
  /**
   * The VPC's name, which is unique in its region and account.
   */
  readonly name?: string;
}

/**
 * The service behind the gateway, as exactly one of the fields.
 */
export interface EndpointGatewaySpecTarget {
  /**
   * CRN of a service (crn:v1:bluemix:public:kms:us-south:::endpoint:private.us-south.kms.cloud.ibm.com) or of a service instance.
   */
  readonly crn?: string;
  /**
   * A service of the infrastructure itself.
   */
  readonly infrastructure?: 'ibm-ntp-server';
}

export interface EndpointGatewaySpecSecurityGroupsItem {
  /**
   * The security group's id. It must belong to the gateway's VPC.
   */
  readonly id: string;
}

/**
 * Either an address to allocate in a subnet, or an existing reserved IP to bind.
 */
export interface EndpointGatewaySpecIpsItem {
  readonly subnet?: EndpointGatewaySpecIpsItemSubnet;
  /**
   * The IPv4 address wanted; when absent the cloud chooses one.
   */
  readonly address?: string;
  /**
   * The reserved IP's name, unique in its subnet; when absent the cloud chooses one.
   */
  readonly name?: string;
  /**
   * Whether the cloud deletes the reserved IP when it is unbound or the gateway is deleted. An address that is allocated gets true unless this says otherwise; one that is bound already keeps its own.
   */
  readonly autoDelete?: boolean;
  readonly reservedIP?: EndpointGatewaySpecIpsItemReservedIP;
}

/**
 * The subnet in which an address is allocated.
 */
export interface EndpointGatewaySpecIpsItemSubnet {
  /**
   * The subnet's id.
   */
  readonly id: string;
}

/**
 * An existing reserved IP, unbound or bound to this gateway.
 */
export interface EndpointGatewaySpecIpsItemReservedIP {
  /**
   * The reserved IP's id.
   */
  readonly id: string;
}

/**
 * What the gateway is, as last observed.
 */
export interface EndpointGatewayStatus {
  /**
   * Where the gateway is in its lifecycle.
   */
  readonly state?:
    | 'Pending'
    | 'Waiting'
    | 'Updating'
    | 'Stable'
    | 'Suspended'
    | 'Failed'
    | 'Deleting'
    | 'Paused'
    | 'Unknown';
  /**
   * The generation of the spec that this status is the conclusion of; -1 before the first.
   */
  readonly observedGeneration?: number;
  /**
   * Ready, Reconciling and Stalled as kstatus defines them (the last two only while they hold), ZonesCovered and Advisory.
   *
   * @maxItems 16
   */
  readonly conditions?: readonly EndpointGatewayStatusConditionsItem[];
  /**
   * The IBM Cloud account that holds the gateway, fixed at the first write.
   */
  readonly accountID?: string;
  /**
   * The region that holds the gateway, fixed at the first write.
   */
  readonly region?: string;
  /**
   * The value of the annotation vpe-operator.io/reconcile-at that was handled last.
   */
  readonly lastHandledReconcileAt?: string;
  /**
   * The gateway's id.
   */
  readonly id?: string;
  /**
   * The gateway's CRN.
   */
  readonly crn?: string;
  /**
   * The gateway's name in the cloud.
   */
  readonly name?: string;
  /**
   * lifecycle_state of the VPC API.
   */
  readonly lifecycleState?: string;
  /**
   * health_state of the VPC API.
   */
  readonly healthState?: string;
  /**
   * Why the lifecycle state is what it is.
   *
   * @maxItems 10
   */
  readonly lifecycleReasons?: readonly EndpointGatewayStatusLifecycleReasonsItem[];
  /**
   * The names that resolve to the gateway's addresses inside the VPC.
   *
   * @maxItems 100
   */
  readonly serviceEndpoints?: readonly string[];
  /**
   * The addresses bound to the gateway; none while one of them is still being chosen.
   *
   * @maxItems 16
   */
  readonly ips?: readonly EndpointGatewayStatusIpsItem[];
  /**
   * The ids of the gateway's security groups.
   *
   * @maxItems 16
   */
  readonly securityGroups?: readonly string[];
  /**
   * The target's CRN, or the name of the infrastructure service.
   */
  readonly target?: string;
  /**
   * The VPC's id.
   */
  readonly vpc?: string;
  /**
   * The resource group's id.
   */
  readonly resourceGroup?: string;
  /**
   * dns_resolution_binding_mode of the VPC API.
   */
  readonly dnsResolutionBindingMode?: string;
  /**
   * The gateway's user tags when they were last read; our ownership tag is among them.
   *
   * @maxItems 1000
   */
  readonly tags?: readonly string[];
  readonly createIntent?: EndpointGatewayStatusCreateIntent;
  readonly summary?: EndpointGatewayStatusSummary;
}

export interface EndpointGatewayStatusConditionsItem {
  /**
   * What the condition is about.
   */
  readonly type: string;
  /**
   * Whether it holds.
   */
  readonly status: 'True' | 'False' | 'Unknown';
  /**
   * Why; the reasons are listed below.
   */
  readonly reason: string;
  /**
   * The same for people.
   */
  readonly message: string;
  /**
   * The generation that it speaks of.
   */
  readonly observedGeneration?: number;
  /**
   * When status changed last.
   */
  readonly lastTransitionTime: string;
}

export interface EndpointGatewayStatusLifecycleReasonsItem {
  readonly code: string;
  readonly message: string;
}

export interface EndpointGatewayStatusIpsItem {
  /**
   * The reserved IP's id.
   */
  readonly id: string;
  /**
   * The IPv4 address.
   */
  readonly address: string;
  /**
   * The reserved IP's name.
   */
  readonly name: string;
  /**
   * The zone of the subnet.
   */
  readonly zone?: string;
  /**
   * The subnet's id.
   */
  readonly subnet: string;
  /**
   * Whether the cloud deletes the reserved IP when it is unbound.
   */
  readonly autoDelete?: boolean;
}

/**
 * A create that may have been sent and whose outcome is not known yet. A later pass finds the gateway by it, or repeats the create once it is proven not to have happened.
 */
export interface EndpointGatewayStatusCreateIntent {
  /**
   * The gateway's name.
   */
  readonly name: string;
  /**
   * The target's CRN or name.
   */
  readonly target: string;
  /**
   * The VPC's id.
   */
  readonly vpc: string;
  /**
   * When, by the cloud's clock.
   */
  readonly time: string;
}

/**
 * Text for the columns of kubectl get. Read the other fields instead.
 */
export interface EndpointGatewayStatusSummary {
  readonly target?: string;
  readonly ips?: string;
  readonly vpc?: string;
  readonly zones?: string;
}
