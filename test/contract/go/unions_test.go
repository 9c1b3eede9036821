package contract

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/vpc-go-sdk/vpcv1"

	"vpe-operator.io/contract/internal/compare"
)

// unionProblems looks through a model for the SDK's union types, which take every field of every variant
// and require none, and holds each against the variant that its discriminator names.
func unionProblems(model any) []string {
	var problems []string
	visit(reflect.ValueOf(model), func(union any, variant core.ModelUnmarshaller) {
		found, err := variantDifferences(union, variant)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%T: %v", union, err))
		}
		for _, difference := range found {
			problems = append(problems, fmt.Sprintf("%T: %s", union, difference))
		}
	})
	return problems
}

func visit(value reflect.Value, report func(union any, variant core.ModelUnmarshaller)) {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return
		}
		if variant, isUnion := variantOf(value.Interface()); isUnion {
			report(value.Interface(), variant)
			return
		}
		visit(value.Elem(), report)
	case reflect.Slice:
		for i := range value.Len() {
			visit(value.Index(i), report)
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			visit(value.MapIndex(key), report)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				visit(value.Field(i), report)
			}
		}
	}
}

func variantDifferences(union any, unmarshal core.ModelUnmarshaller) ([]compare.Difference, error) {
	if unmarshal == nil {
		return nil, fmt.Errorf("names no variant that the fact sheet allows (2.5-2.7)")
	}
	document, err := json.Marshal(union)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(document, &fields); err != nil {
		return nil, err
	}
	var variant any
	if err := unmarshal(fields, &variant); err != nil {
		return nil, err
	}
	again, err := json.Marshal(variant)
	if err != nil {
		return nil, err
	}
	return compare.JSON(document, again)
}

// variantOf tells whether a value is one of the SDK's unions, and which variant it holds; nil when its
// discriminator names none.
func variantOf(value any) (variant core.ModelUnmarshaller, isUnion bool) {
	switch union := value.(type) {
	case *vpcv1.EndpointGatewayTarget:
		return named(union.ResourceType, map[string]core.ModelUnmarshaller{
			"provider_cloud_service":          vpcv1.UnmarshalEndpointGatewayTargetProviderCloudServiceReference,
			"provider_infrastructure_service": vpcv1.UnmarshalEndpointGatewayTargetProviderInfrastructureServiceReference,
			"private_path_service_gateway":    vpcv1.UnmarshalEndpointGatewayTargetPrivatePathServiceGatewayReference,
		}), true
	case *vpcv1.EndpointGatewayResourceBindingTarget:
		return vpcv1.UnmarshalEndpointGatewayResourceBindingTargetCRN, true
	case *vpcv1.ReservedIPTarget:
		return named(union.ResourceType, map[string]core.ModelUnmarshaller{
			"endpoint_gateway": vpcv1.UnmarshalReservedIPTargetEndpointGatewayReference,
		}), true
	case *vpcv1.SecurityGroupTargetReference:
		return named(union.ResourceType, map[string]core.ModelUnmarshaller{
			"endpoint_gateway": vpcv1.UnmarshalSecurityGroupTargetReferenceEndpointGatewayReference,
		}), true
	case *vpcv1.VpcdnsResolver:
		return named(union.Type, map[string]core.ModelUnmarshaller{
			"system":    vpcv1.UnmarshalVpcdnsResolverTypeSystem,
			"manual":    vpcv1.UnmarshalVpcdnsResolverTypeManual,
			"delegated": vpcv1.UnmarshalVpcdnsResolverTypeDelegated,
		}), true
	case *vpcv1.SecurityGroupRuleLocal:
		if union.Address != nil {
			return vpcv1.UnmarshalSecurityGroupRuleLocalSecurityGroupRuleIP, true
		}
		return vpcv1.UnmarshalSecurityGroupRuleLocalSecurityGroupRuleCIDR, true
	case *vpcv1.SecurityGroupRuleRemote:
		switch {
		case union.Address != nil:
			return vpcv1.UnmarshalSecurityGroupRuleRemoteSecurityGroupRuleIP, true
		case union.CIDRBlock != nil:
			return vpcv1.UnmarshalSecurityGroupRuleRemoteSecurityGroupRuleCIDR, true
		}
		return vpcv1.UnmarshalSecurityGroupRuleRemoteSecurityGroupReference, true
	}
	return nil, false
}

func named(discriminator *string, variants map[string]core.ModelUnmarshaller) core.ModelUnmarshaller {
	if discriminator == nil {
		return nil
	}
	return variants[*discriminator]
}
