// Command provider-docker serves @pulumi/docker's RemoteImage and RegistryImage from the Docker Terraform provider,
// for machines where the released plugin cannot be downloaded. The module's name lets it import the provider's
// internal package, which is the only way to embed it.
package main

import (
	"log"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// version is that of the @pulumi/docker package which this plugin stands in for.
const version = "5.2.0"

// resourceTokens maps Terraform's names to those in the constructors of @pulumi/docker.
var resourceTokens = map[string]tokens.Type{
	"docker_image":          "docker:index/remoteImage:RemoteImage",
	"docker_registry_image": "docker:index/registryImage:RegistryImage",
}

func main() {
	info := tfbridge.ProviderInfo{
		P:              shimv2.NewProvider(provider.New(version)()),
		Name:           "docker",
		ResourcePrefix: "docker",
		Version:        version,
		MetadataInfo:   tfbridge.NewProviderMetadata([]byte("{}")),
		Resources:      map[string]*tfbridge.ResourceInfo{},
		// The released plugin keeps the singular for this list, and so does @pulumi/docker.
		Config: map[string]*tfbridge.SchemaInfo{"registry_auth": {Name: "registryAuth"}},
	}
	for name, token := range resourceTokens {
		info.Resources[name] = &tfbridge.ResourceInfo{Tok: token}
	}
	info.SetAutonaming(255, "-")
	if err := tfbridge.Serve("docker", version, info, []byte("{}")); err != nil {
		log.Fatal(err)
	}
}
