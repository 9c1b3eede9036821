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
  readonly resourceGroup?: EndpointGatewaySpecResourceGroup;
  /**
   * Security groups of the gateway, one to five, each by its id, name or CRN. When absent the gateway gets the VPC's default security group and its groups are not managed.
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
  readonly autoIPs?: EndpointGatewaySpecAutoIPs;
  /**
   * How the gateway's names are shared with other VPCs of a DNS topology: Disabled (not at all), Primary (all of them), or PerResourceBinding (those of the bound resources). When absent the cloud's default holds and the mode is not managed. In a DNS hub every gateway is Primary.
   */
  readonly dnsResolutionBindingMode?: 'Disabled' | 'Primary' | 'PerResourceBinding';
  /**
   * Resources that are reached through this gateway alone (local access): Object Storage buckets. When absent they are not managed.
   *
   * @maxItems 50
   */
  readonly resourceBindings?: readonly EndpointGatewaySpecResourceBindingsItem[];
  /**
   * User tags that the gateway carries. Tags that others attached stay; one that leaves this list is detached.
   *
   * @maxItems 50
   */
  readonly tags?: readonly string[];
  /**
   * Access management tags that the gateway carries, each key:value. They must exist in the account. Those that others attached stay; one that leaves this list is detached.
   *
   * @maxItems 50
   */
  readonly accessTags?: readonly string[];
  /**
   * What to do about a gateway of the VPC that has the target already and is nobody's: Never take it (report the collision), take it IfExists, or Required (wait for one and never create).
   */
  readonly adoptionPolicy: 'Never' | 'IfExists' | 'Required';
  /**
   * What to do when target, VPC or resource group come to differ from the gateway's, which no call can change: Never (report it), or delete the gateway and create it anew WhenRequired. Nothing is reachable in between.
   */
  readonly recreatePolicy: 'Never' | 'WhenRequired';
  /**
   * What happens to the gateway when this object is deleted: Delete (the default for a gateway that the operator created), or Retain (the default for one that it adopted), which leaves it in the cloud without our tags.
   */
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly verify?: EndpointGatewaySpecVerify;
  /**
   * Manage makes the cloud match this object. Observe never writes to the cloud: status and plan say what is there and what would be done; a gateway that exists is shown whoever made it. When the object is deleted, the gateway stays as it is, with the tags that it has.
   */
  readonly managementPolicy: 'Manage' | 'Observe';
  /**
   * Whether the operator leaves the gateway alone until told otherwise (state Paused).
   */
  readonly suspend: boolean;
}

/**
 * The VPC that gets the gateway, by exactly one of its id, name and CRN.
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
  /**
   * The VPC's CRN.
   */
  readonly crn?: string;
}

/**
 * The service behind the gateway, as exactly one of the fields.
 */
export interface EndpointGatewaySpecTarget {
  readonly service?: EndpointGatewaySpecTargetService;
  /**
   * CRN of a service (crn:v1:bluemix:public:kms:us-south:::endpoint:private.us-south.kms.cloud.ibm.com) or of a service instance, of this account or another.
   */
  readonly crn?: string;
  /**
   * A service of the infrastructure itself.
   */
  readonly infrastructure?: 'ibm-ntp-server';
  readonly privatePathServiceGateway?: EndpointGatewaySpecTargetPrivatePathServiceGateway;
}

/**
 * A service by its name, looked up in the catalogue of services and in the account's own instances; `vpe-operator targets` lists both.
 */
export interface EndpointGatewaySpecTargetService {
  /**
   * The service's name in the catalogue or in CRNs, such as kms, or the name of a service instance.
   */
  readonly name: string;
  /**
   * The service's region, when it differs from the VPC's.
   */
  readonly region?: string;
  /**
   * One of the service's host names, where it has several targets.
   */
  readonly endpoint?: string;
}

/**
 * A Private Path service gateway, of the VPC's region, of this account or another.
 */
export interface EndpointGatewaySpecTargetPrivatePathServiceGateway {
  /**
   * Its CRN, which its provider hands out.
   */
  readonly crn: string;
}

/**
 * The resource group of the gateway, by exactly one of its id, name and CRN. When absent it is the account's default one. It cannot be changed in place.
 */
export interface EndpointGatewaySpecResourceGroup {
  /**
   * The resource group's id.
   */
  readonly id?: string;
  /**
   * The resource group's name, which is unique in its account.
   */
  readonly name?: string;
  /**
   * The resource group's CRN.
   */
  readonly crn?: string;
}

/**
 * A security group of the gateway's VPC, by exactly one of its id, name and CRN.
 */
export interface EndpointGatewaySpecSecurityGroupsItem {
  /**
   * The security group's id.
   */
  readonly id?: string;
  /**
   * The security group's name, which is unique in its VPC.
   */
  readonly name?: string;
  /**
   * The security group's CRN.
   */
  readonly crn?: string;
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
 * The subnet in which an address is allocated, by exactly one of its id, name and CRN.
 */
export interface EndpointGatewaySpecIpsItemSubnet {
  /**
   * The subnet's id.
   */
  readonly id?: string;
  /**
   * The subnet's name, which is unique in its VPC.
   */
  readonly name?: string;
  /**
   * The subnet's CRN.
   */
  readonly crn?: string;
}

/**
 * An existing reserved IP, unbound or bound to this gateway, by its id or its name.
 */
export interface EndpointGatewaySpecIpsItemReservedIP {
  /**
   * The reserved IP's id.
   */
  readonly id?: string;
  /**
   * The reserved IP's name, which is unique in its subnet only.
   */
  readonly name?: string;
  /**
   * Id or name of the reserved IP's subnet, where several subnets have one of that name.
   */
  readonly subnet?: string;
}

/**
 * One address in each zone, in subnets that the operator chooses: those with most free addresses. An address that is bound already in a zone stays.
 */
export interface EndpointGatewaySpecAutoIPs {
  /**
   * All zones in which the VPC has a subnet, or those of the Nodes of this Kubernetes cluster (their label topology.kubernetes.io/zone).
   */
  readonly zones: 'All' | 'Nodes';
  /**
   * Choose among these only, each by its id, name or CRN.
   *
   * @maxItems 15
   */
  readonly subnets?: readonly EndpointGatewaySpecAutoIPsSubnetsItem[];
  /**
   * What the reserved IPs' names begin with; a hyphen and the zone follow. When absent the cloud chooses the names.
   */
  readonly namePrefix?: string;
  /**
   * Whether the cloud deletes a reserved IP when it is unbound or the gateway is deleted. An address that is allocated gets true unless this says otherwise; one that is bound already keeps its own.
   */
  readonly autoDelete?: boolean;
}

/**
 * A subnet of the VPC, by exactly one of its id, name and CRN.
 */
export interface EndpointGatewaySpecAutoIPsSubnetsItem {
  /**
   * The subnet's id.
   */
  readonly id?: string;
  /**
   * The subnet's name, which is unique in its VPC.
   */
  readonly name?: string;
  /**
   * The subnet's CRN.
   */
  readonly crn?: string;
}

export interface EndpointGatewaySpecResourceBindingsItem {
  /**
   * The bucket's CRN.
   */
  readonly crn: string;
  /**
   * The binding's name, unique in its gateway; when absent the cloud chooses one.
   */
  readonly name?: string;
}

/**
 * What is proven of the gateway from where the operator runs, and whether it has to be. Proofs carry no credentials and send no request.
 */
export interface EndpointGatewaySpecVerify {
  /**
   * Whether the gateway's names have to lead to its addresses (condition DNSVerified).
   */
  readonly dns: boolean;
  /**
   * The ports on which each address has to answer (condition Reachable). Absent: those that the target advertises, else 443 for a cloud service; none for an infrastructure service and for Private Path.
   *
   * @minItems 1
   * @maxItems 8
   */
  readonly ports?: readonly number[];
  /**
   * TLS proves the certificate's name as well, TCP only that somebody answers, None opens no connection. Absent: TLS on port 443, TCP on any other.
   */
  readonly protocol?: 'TLS' | 'TCP' | 'None';
  /**
   * Whether the gateway is Ready only while everything that is asked for here is proven. A gateway whose VPC the operator is not in, and shares no DNS with, cannot be.
   */
  readonly required: boolean;
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
  readonly plan?: EndpointGatewayStatusPlan;
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
  readonly references?: EndpointGatewayStatusReferences;
  /**
   * Whether the operator created the gateway or adopted one that was there.
   */
  readonly origin?: 'Created' | 'Adopted';
  /**
   * dns_resolution_binding_mode of the VPC API.
   */
  readonly dnsResolutionBindingMode?: string;
  /**
   * The gateway's resource bindings.
   *
   * @maxItems 50
   */
  readonly resourceBindings?: readonly EndpointGatewayStatusResourceBindingsItem[];
  /**
   * The gateway's user tags when they were last read; our ownership tag is among them.
   *
   * @maxItems 1000
   */
  readonly tags?: readonly string[];
  /**
   * The gateway's access management tags when they were last read.
   *
   * @maxItems 250
   */
  readonly accessTags?: readonly string[];
  /**
   * User tags that the operator attached for the spec; what of them leaves the spec is detached.
   *
   * @maxItems 100
   */
  readonly appliedTags?: readonly string[];
  /**
   * Likewise, access management tags.
   *
   * @maxItems 100
   */
  readonly appliedAccessTags?: readonly string[];
  /**
   * Reserved IPs that were unbound and not deleted, since their auto_delete is false; not those bound again.
   *
   * @maxItems 16
   */
  readonly keptIPs?: readonly EndpointGatewayStatusKeptIPsItem[];
  readonly recreate?: EndpointGatewayStatusRecreate;
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

/**
 * What is about to be done, or with managementPolicy Observe what would be; absent when there is nothing to do.
 */
export interface EndpointGatewayStatusPlan {
  /**
   * How many actions there are in all.
   */
  readonly total: number;
  /**
   * The first twenty, in their order.
   *
   * @maxItems 20
   */
  readonly actions: readonly EndpointGatewayStatusPlanActionsItem[];
}

export interface EndpointGatewayStatusPlanActionsItem {
  /**
   * What is done.
   */
  readonly action: string;
  /**
   * Whether something in the cloud is deleted, or cut from what uses it.
   */
  readonly destructive?: boolean;
  /**
   * Whether no other action takes it back.
   */
  readonly irreversible?: boolean;
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
 * How the spec referred to what cannot be changed in place when the gateway last matched it. As long as it still does, names go on meaning what they meant then.
 */
export interface EndpointGatewayStatusReferences {
  /**
   * The reference to the VPC.
   */
  readonly vpc: string;
  /**
   * The reference to the target.
   */
  readonly target: string;
  /**
   * The reference to the resource group.
   */
  readonly resourceGroup?: string;
}

export interface EndpointGatewayStatusResourceBindingsItem {
  /**
   * The binding's id.
   */
  readonly id: string;
  /**
   * The binding's name.
   */
  readonly name: string;
  /**
   * The bound resource's CRN.
   */
  readonly crn: string;
  /**
   * The host name by which the resource is reached.
   */
  readonly serviceEndpoint: string;
  /**
   * lifecycle_state of the VPC API.
   */
  readonly lifecycleState: string;
}

export interface EndpointGatewayStatusKeptIPsItem {
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
   * The subnet's id.
   */
  readonly subnet: string;
}

/**
 * A gateway that was deleted to be created anew (recreatePolicy WhenRequired).
 */
export interface EndpointGatewayStatusRecreate {
  /**
   * The deleted gateway's id.
   */
  readonly id: string;
  /**
   * When, by the cloud's clock.
   */
  readonly time: string;
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
