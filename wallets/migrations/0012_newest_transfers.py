from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallets", "0011_one_look")]

    operations = [migrations.AddIndex("transfer", models.Index(fields=["at"], name="transfer_newest"))]
