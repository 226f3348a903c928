// Command provider-gcp serves @pulumi/gcp from Google's own Terraform provider, for machines where the released
// plugin cannot be downloaded. Schema checks, diffs and requests are Google's code; only the names are mapped here.
package main

import (
	"log"

	google "github.com/hashicorp/terraform-provider-google/google/provider"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// version is that of the @pulumi/gcp package which this plugin stands in for.
const version = "9.37.0"

// resourceTokens maps Terraform's names to those in the constructors of @pulumi/gcp.
var resourceTokens = map[string]tokens.Type{
	"google_artifact_registry_repository":            "gcp:artifactregistry/repository:Repository",
	"google_artifact_registry_repository_iam_member": "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
	"google_cloud_run_v2_job":                        "gcp:cloudrunv2/job:Job",
	"google_cloud_run_v2_job_iam_member":             "gcp:cloudrunv2/jobIamMember:JobIamMember",
	"google_cloud_run_v2_service":                    "gcp:cloudrunv2/service:Service",
	"google_cloud_run_v2_service_iam_member":         "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
	"google_cloud_scheduler_job":                     "gcp:cloudscheduler/job:Job",
	"google_compute_global_address":                  "gcp:compute/globalAddress:GlobalAddress",
	"google_compute_network":                         "gcp:compute/network:Network",
	"google_compute_subnetwork":                      "gcp:compute/subnetwork:Subnetwork",
	"google_kms_crypto_key":                          "gcp:kms/cryptoKey:CryptoKey",
	"google_kms_crypto_key_iam_member":               "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
	"google_kms_key_ring":                            "gcp:kms/keyRing:KeyRing",
	"google_logging_metric":                          "gcp:logging/metric:Metric",
	"google_monitoring_alert_policy":                 "gcp:monitoring/alertPolicy:AlertPolicy",
	"google_monitoring_dashboard":                    "gcp:monitoring/dashboard:Dashboard",
	"google_monitoring_notification_channel":         "gcp:monitoring/notificationChannel:NotificationChannel",
	"google_project_iam_member":                      "gcp:projects/iAMMember:IAMMember",
	"google_project_service":                         "gcp:projects/service:Service",
	"google_secret_manager_secret":                   "gcp:secretmanager/secret:Secret",
	"google_secret_manager_secret_iam_member":        "gcp:secretmanager/secretIamMember:SecretIamMember",
	"google_secret_manager_secret_version":           "gcp:secretmanager/secretVersion:SecretVersion",
	"google_service_account":                         "gcp:serviceaccount/account:Account",
	"google_service_account_iam_member":              "gcp:serviceaccount/iAMMember:IAMMember",
	"google_service_networking_connection":           "gcp:servicenetworking/connection:Connection",
	"google_sql_database":                            "gcp:sql/database:Database",
	"google_sql_database_instance":                   "gcp:sql/databaseInstance:DatabaseInstance",
	"google_sql_user":                                "gcp:sql/user:User",
}

// dataSourceTokens does the same for what programs look up.
var dataSourceTokens = map[string]tokens.ModuleMember{
	"google_cloud_run_v2_job":     "gcp:cloudrunv2/getJob:getJob",
	"google_cloud_run_v2_service": "gcp:cloudrunv2/getService:getService",
}

func main() {
	info := tfbridge.ProviderInfo{
		P: shimv2.NewProvider(google.Provider(),
			shimv2.WithPlanResourceChange(func(string) bool { return true })),
		Name:           "gcp",
		ResourcePrefix: "google",
		Version:        version,
		MetadataInfo:   tfbridge.NewProviderMetadata([]byte("{}")),
		Resources:      map[string]*tfbridge.ResourceInfo{},
		DataSources:    map[string]*tfbridge.DataSourceInfo{},
	}
	for name, token := range resourceTokens {
		info.Resources[name] = &tfbridge.ResourceInfo{Tok: token}
	}
	for name, token := range dataSourceTokens {
		info.DataSources[name] = &tfbridge.DataSourceInfo{Tok: token}
	}
	info.SetAutonaming(63, "-")
	if err := tfbridge.Serve("gcp", version, info, []byte("{}")); err != nil {
		log.Fatal(err)
	}
}
