package contract

import (
	"net/http"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/platform-services-go-sdk/catalogmanagementv1"
	"github.com/IBM/platform-services-go-sdk/globalsearchv2"
	"github.com/IBM/platform-services-go-sdk/resourcecontrollerv2"
	"github.com/IBM/platform-services-go-sdk/resourcemanagerv2"
)

// platform holds the clients of the services that are the same in every region.
type platform struct {
	search     *globalsearchv2.GlobalSearchV2
	catalog    *catalogmanagementv1.CatalogManagementV1
	controller *resourcecontrollerv2.ResourceControllerV2
	manager    *resourcemanagerv2.ResourceManagerV2
}

func newPlatform(at endpoints, authenticator core.Authenticator, client *http.Client) (p platform, err error) {
	p.search, err = globalsearchv2.NewGlobalSearchV2(&globalsearchv2.GlobalSearchV2Options{URL: at.Search, Authenticator: authenticator})
	if err != nil {
		return p, err
	}
	p.catalog, err = catalogmanagementv1.NewCatalogManagementV1(&catalogmanagementv1.CatalogManagementV1Options{URL: at.Catalog, Authenticator: authenticator})
	if err != nil {
		return p, err
	}
	p.controller, err = resourcecontrollerv2.NewResourceControllerV2(&resourcecontrollerv2.ResourceControllerV2Options{URL: at.ResourceController, Authenticator: authenticator})
	if err != nil {
		return p, err
	}
	p.manager, err = resourcemanagerv2.NewResourceManagerV2(&resourcemanagerv2.ResourceManagerV2Options{URL: at.ResourceManager, Authenticator: authenticator})
	if err != nil {
		return p, err
	}
	for _, service := range []*core.BaseService{p.search.Service, p.catalog.Service, p.controller.Service, p.manager.Service} {
		service.SetHTTPClient(client)
	}
	return p, nil
}
